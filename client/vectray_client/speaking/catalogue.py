"""Words in several languages, by keys. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from vectray_client.speaking.language import Language

Entry = str | Mapping[str, str]
"""A text with {names} to be filled in; or two of them, `one` and `other`, of which {count} decides. Chinese needs no `one`."""
Words = Mapping[str, Entry]
"""Entries by their keys."""

_NAME = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """What a part of the program says, in all languages, and the one that it says it in now."""

    words: Mapping[Language, Words]
    language: Language = Language.EN

    def say(self, key: str, /, **values: str | int) -> str:
        """Return the words of `key`. Values may hold anything: what looks like a {name} in them is left as it is.

        A key that one language lacks is said in English, and as it is if that lacks it as well: no word is worth a dead program.
        """
        english = self.words[Language.EN].get(key, key)
        entry = self.words.get(self.language, {}).get(key, english)
        text = entry if isinstance(entry, str) else _form(entry, values.get("count"))
        return _NAME.sub(lambda name: _shown(values.get(name[1], name[0])), text)


def names_in(entry: Entry) -> frozenset[str]:
    """Return what has to be filled in; the form for one thing may leave the number out."""
    return frozenset(_NAME.findall(entry if isinstance(entry, str) else entry["other"]))


def _form(entry: Mapping[str, str], count: str | int | None) -> str:
    return entry.get("one", entry["other"]) if count == 1 else entry["other"]


def _shown(value: str | int) -> str:
    return f"{value:,}" if isinstance(value, int) else value
