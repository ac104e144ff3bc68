"""What a person should know before they add a folder, a sentence each. Pure."""

import os
from collections.abc import Iterator, Sequence

from vectray_client.nesting import lies_in
from vectray_client.surveying.prospect import Prospect

_MANY = "mul"
"""What a model says that knows more languages than it lists (ISO 639-3)."""
_CHINESE = "zh"
_MUCH = 0.2
"""Of all letters. A sixth is a list of names, or quotations; a Chinese text with English words in it has half."""
_NEARLY_ALL = 0.9


def notes_on_place(
    folder: str, *, home: str, indexed: Sequence[str], watch_reason: str = ""
) -> Iterator[str]:
    """Yield what there is to know of where a folder lies. Paths are real ones.

    `watch_reason` says why changes there are not noticed at once, empty where they are.
    """
    yield from _about_home(folder, home)
    if watch_reason:
        yield watch_reason
    if folder in indexed:
        yield "It is indexed already."
    outer = [each for each in indexed if each != folder and lies_in(folder, each)]
    if outer:
        yield f"It lies in {max(outer, key=len)}, which is indexed already."
    inner = [each for each in indexed if each != folder and lies_in(each, folder)]
    if len(inner) == 1:
        yield f"{inner[0]} in it is indexed already, and stays a folder of its own."
    elif inner:
        yield f"{len(inner)} folders in it are indexed already, and stay folders of their own."


def notes_on_languages(han_share: float | None, prospect: Prospect) -> Iterator[str]:
    """Yield what there is to know of the model, by the share of Chinese in a folder's texts."""
    languages = {language.split("-")[0] for language in prospect.languages}
    if han_share is None or not languages or _MANY in languages:
        return
    if han_share >= _MUCH and _CHINESE not in languages:
        yield f"Much of it is in Chinese, which the model {prospect.model} does not know."
    if han_share <= 1 - _NEARLY_ALL and languages == {_CHINESE}:
        yield f"Hardly any of it is in Chinese, and the model {prospect.model} knows nothing else."


def notes_on_contents(*, files: int, others: int) -> Iterator[str]:
    """Yield what there is to know once all was met: so many files to be read, and so many others."""
    if not files:
        yield "There is nothing in it that can be read." if others else "There is nothing in it."


def _about_home(folder: str, home: str) -> Iterator[str]:
    if folder == os.path.dirname(folder):  # noqa: PTH120 - paths are strings here, compared as such
        yield "It is the whole disk: choose the folders in it whose documents you look for."
    elif folder == home:
        yield "It is your whole home folder: choose the folders in it whose documents you look for."
    elif lies_in(home, folder):
        yield "Your whole home folder lies in it: choose the folders whose documents you look for."
