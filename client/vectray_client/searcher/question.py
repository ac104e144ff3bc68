"""The language of questions: "exact phrases", -words, type:pdf in:FOLDER name:WORD since:7d until:2026-01-31. Pure.

Nothing that a person types is an error: what is no operator is a word. Chinese quotes, a full-width colon and Chinese names of
the filters do as well: 类型: 位置: 名称: 起始: 截止:. In a pasted paragraph nothing is an operator.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from vectray_client.domain import Fault, FileType
from vectray_client.searcher.days import times
from vectray_client.store.folding import folded
from vectray_client.store.keywords import RUNS, Term, phrase_expression, terms

MAX_CHARACTERS: Final = 100_000
_MAX_PHRASES: Final = 16
"""Of those that must stand there, and of those that must not; further ones have no effect."""
_MAX_TERMS_BESIDE: Final = 16
"""Terms beside the operators. With more of them it is a text that somebody pasted, which quotes without demanding anything: five of the
76 questions of CISI are paragraphs with words in quotes, and found next to nothing while these were taken for phrases."""


class QuestionTooLong(Fault):
    """Nobody means all of that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a person typed, taken apart."""

    meaning: str = ""
    """What the model reads: all but the operators, quoted words without their quotes. Empty if there is nothing else."""
    terms: tuple[Term, ...] = ()
    """What the word search looks for; empty if nothing typed says anything."""
    phrases: tuple[str, ...] = ()
    """What each passage must hold: folded, with single spaces."""
    excluded: tuple[str, ...] = ()
    """What no passage may hold, likewise."""
    file_types: tuple[FileType, ...] = ()
    """Any of these; empty for all."""
    folders: tuple[str, ...] = ()
    """As they were typed, to be resolved where the person stands; empty for everywhere."""
    name: str = ""
    """What the file's name must hold, folded."""
    since_ns: int | None = None
    """Unix time; only files changed at or after that."""
    before_ns: int | None = None
    """Unix time; only files changed before that."""

    @property
    def required_expression(self) -> str:
        """FTS5's expression for the phrases: it finds all that hold them, and a few that only nearly do; see `admits`."""
        return " AND ".join(map(phrase_expression, self.phrases))

    @property
    def excluded_expression(self) -> str:
        """FTS5's expression for those of the excluded phrases about which it is exact: single words."""
        return " OR ".join(phrase_expression(phrase) for phrase in self.excluded if RUNS.fullmatch(phrase))


def question_of(text: str, *, now: datetime) -> Question:
    """Take a question apart. `now`, with its time zone, is what days are counted from.

    Folders and types add up; of the other filters the last of its kind counts.

    Raises:
        QuestionTooLong: it has more than 100,000 characters.

    """
    if len(text) > MAX_CHARACTERS:
        raise QuestionTooLong(
            f"A question has at most {MAX_CHARACTERS:,} characters; this one has {len(text):,}."
        )
    text = _UNSPEAKABLE.sub(" ", text)
    question = Question()
    kept: list[str] = []
    beside: list[str] = []
    end = 0
    for found in _OPERATOR.finditer(text):
        narrowed = _narrowed(question, found, now)
        is_operator = bool(found["prefix"])
        beside.append(text[end : found.start()])
        kept += [beside[-1], found[0] if is_operator else f" {_said(found)} "]
        if narrowed is not None:
            question = narrowed
            if is_operator:
                kept[-1] = " "
        end = found.end()
    if len(terms(" ".join((*beside, text[end:])))) > _MAX_TERMS_BESIDE:
        question, kept, end = Question(), [], 0
    meaning = " ".join("".join((*kept, text[end:])).split())
    return replace(question, meaning=meaning, terms=terms(meaning))


def located(text: str, resolve: Callable[[str], str]) -> str:
    """The same question with its folders as `resolve` gives them: for who answers it elsewhere than the person stands."""

    def placed(found: re.Match[str]) -> str:
        is_folder = found["key"] and _FILTERS[found["key"].casefold()] is _in_folder and _said(found)
        return f'in:"{resolve(_said(found))}"' if is_folder else found[0]

    return _OPERATOR.sub(placed, text)


def comparable(text: str) -> str:
    """A text as phrases are compared with it: folded, with single spaces."""
    return " ".join(folded(text).split())


def _narrowed(question: Question, found: re.Match[str], now: datetime) -> Question | None:
    """The question with what this operator demands; None if it is none, but words like others."""
    if found["key"]:
        return _FILTERS[found["key"].casefold()](question, _said(found), now)
    phrase = comparable(_said(found))
    if not RUNS.search(phrase):
        return None
    if found["minus"]:
        return replace(question, excluded=_with(question.excluded, phrase))
    return replace(question, phrases=_with(question.phrases, phrase))


def _said(found: re.Match[str]) -> str:
    """What stands in the quotes, or behind the minus or the colon."""
    return next((part for part in found.group("straight", "corner", "white", "bare") if part is not None), "")


def _with(phrases: tuple[str, ...], phrase: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*phrases, phrase)))[:_MAX_PHRASES]


def _of_type(question: Question, said: str, _: datetime) -> Question | None:
    names = re.split("[,，、]", said.casefold())
    if not all(name in _FILE_TYPES for name in names):
        return None
    asked = (file_type for name in names for file_type in _FILE_TYPES[name])
    return replace(question, file_types=tuple(dict.fromkeys((*question.file_types, *asked))))


def _in_folder(question: Question, said: str, _: datetime) -> Question | None:
    return replace(question, folders=tuple(dict.fromkeys((*question.folders, said)))) if said else None


def _named(question: Question, said: str, _: datetime) -> Question | None:
    return replace(question, name=folded(said)) if folded(said) else None


def _since(question: Question, said: str, now: datetime) -> Question | None:
    bounds = times(said, now)
    return bounds and replace(question, since_ns=bounds[0])


def _until(question: Question, said: str, now: datetime) -> Question | None:
    bounds = times(said, now)
    return bounds and replace(question, before_ns=bounds[1])


_FILTERS: Final[dict[str, Callable[[Question, str, datetime], Question | None]]] = {
    **dict.fromkeys(("type", "类型", "類型"), _of_type),
    **dict.fromkeys(("in", "位置"), _in_folder),
    **dict.fromkeys(("name", "名称", "名稱"), _named),
    **dict.fromkeys(("since", "起始"), _since),
    **dict.fromkeys(("until", "截止"), _until),
}

_FILE_TYPES: Final[dict[str, tuple[FileType, ...]]] = {
    **{file_type.value: (file_type,) for file_type in FileType},
    **dict.fromkeys(("txt", "文本"), (FileType.TEXT,)),
    "md": (FileType.MARKDOWN,),
    "代码": (FileType.CODE,),
    **dict.fromkeys(("htm", "网页"), (FileType.HTML,)),
    **dict.fromkeys(("word", "文档"), (FileType.DOCX, FileType.DOC, FileType.ODT, FileType.RTF)),
    **dict.fromkeys(("powerpoint", "slides", "幻灯片"), (FileType.PPTX, FileType.PPT)),
    **dict.fromkeys(("excel", "spreadsheet", "表格"), (FileType.XLSX, FileType.XLS)),
    **dict.fromkeys(("mail", "邮件"), (FileType.EML,)),
    "notebook": (FileType.IPYNB,),
}
"""What people call them, beside the names that `vectray search --type` takes."""

_UNSPEAKABLE = re.compile("[\0\ud800-\udfff]")
"""What neither SQLite nor the contract can hold."""

# A quote that nobody closes is none, so that somebody who types sees answers all along. Nor is one behind a letter: 5" is a length.
_OPERATOR = re.compile(
    rf"""
    (?P<prefix>(?<!\S)(?:(?P<minus>[-－−])|(?P<key>{"|".join(_FILTERS)})[:：]))?
    (?:
        (?(prefix)|(?<![a-z0-9]))
        (?:["“”＂](?P<straight>[^"“”＂]*)["“”＂]|「(?P<corner>[^「」]*)」|『(?P<white>[^『』]*)』)
        |(?(prefix)(?P<bare>[^\s\-－−"“”＂「『]\S*)|(?!))
    )""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
