"""The agent's English sentences in the language of whoever reads them.

`sentences_zh.json`, which the page reads as well, holds under each heading pairs of a pattern and what it is in Chinese. There `$1`
is what the pattern caught, and `said($1)` the same in Chinese, as a part of the whole. Patterns mean the same to Python and to browsers: both take them
without regard to case, and let a dot stand for every character, as names may hold any.
"""

import json
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from vectray_client.speaking.language import Language

SENTENCES_FILE = Path(__file__).with_name("sentences_zh.json")
_CAUGHT = re.compile(r"said\(\$(\d)\)|\$(\d)")

_FULL_STOP = "。"
_Sentence = tuple[re.Pattern[str], str]


def said(sentence: str, language: Language) -> str:
    """Return a sentence as it is to be read; one that is not known stays English. Begins large, as reasons stand elsewhere in others."""
    words = _in_chinese(sentence) if language is Language.ZH else sentence
    return words[:1].upper() + words[1:]


def _in_chinese(sentence: str) -> str:
    for pattern, words in _sentences():
        if match := pattern.match(sentence):
            return _filled(words, match)
    return sentence


def _filled(words: str, match: re.Match[str]) -> str:
    def caught(name: re.Match[str]) -> str:
        return _in_chinese(match[int(name[1])]).rstrip(_FULL_STOP) if name[1] else match[int(name[2])] or ""

    return _CAUGHT.sub(caught, words)


@cache
def _sentences() -> Sequence[_Sentence]:
    """Read when the first one is said in Chinese: most programs never do."""
    groups = json.loads(SENTENCES_FILE.read_text("utf-8"))
    return [
        (re.compile(pattern, re.IGNORECASE | re.DOTALL), words)
        for group in groups.values()
        for pattern, words in group
    ]
