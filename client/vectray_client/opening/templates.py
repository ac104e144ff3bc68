"""Commands with gaps for a path, a line and a page: `code -g {path}:{line}`. Pure; no shell ever reads them."""

import re
import shlex
from collections.abc import Iterable, Sequence
from typing import Final

from vectray_client.domain import Fault
from vectray_client.opening.places import Place

_GAP: Final = re.compile(r"\{([^{}]*)\}")
_GAPS: Final = frozenset({"path", "line", "page"})


class BadTemplate(Fault):
    """A command that cannot be filled in."""


def check_template(template: str) -> None:
    """Refuse what could not be started with any file.

    Raises:
        BadTemplate: it has no gap for the path, one for something unknown, or quotes that do not end.

    """
    try:
        words = shlex.split(template)
    except ValueError:
        raise BadTemplate(f"{template!r} has quotes that do not end.") from None
    gaps = set(_GAP.findall(template))
    if unknown := gaps - _GAPS:
        raise BadTemplate(
            f"{template!r} has a gap {{{min(unknown)}}}, which nobody fills; known are {{path}}, {{line}} and {{page}}."
        )
    if not any("{path}" in word for word in words[1:]):
        raise BadTemplate(f"{template!r} has no gap {{path}} after the program's name.")


def filled(templates: Iterable[str], path: str, place: Place) -> Sequence[str] | None:
    """Return the command of the first template all of whose gaps can be filled, as the list of its words; None if there is none."""
    known = {
        "path": path,
        **{name: str(at) for name, at in (("line", place.line), ("page", place.page)) if at is not None},
    }
    for template in templates:
        if known.keys() >= set(_GAP.findall(template)):
            return [
                # In one go: a path may itself hold what looks like a gap.
                _GAP.sub(lambda gap: known[gap[1]], word)
                for word in shlex.split(template)
            ]
    return None
