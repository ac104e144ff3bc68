"""`vectray search`: ask the index."""

import os
from collections.abc import Sequence
from datetime import UTC, datetime

import click

from vectray_client.cli.amounts import counted
from vectray_client.cli.arguments import FOLDER, JSON
from vectray_client.cli.by_hand import ByHand, the_index
from vectray_client.cli.excluded_words import TakesExcludedWords
from vectray_client.cli.hits_json import answer_document
from vectray_client.cli.hits_opened import OPEN, REVEAL, act_on
from vectray_client.cli.hits_shown import show_hits
from vectray_client.cli.terminal import print_json, printable, say
from vectray_client.config import read_config
from vectray_client.domain import Fault, FileType
from vectray_client.sdk.found import Found
from vectray_client.sdk.index_requests import SearchWords
from vectray_client.searcher.days import times
from vectray_client.searcher.question import located, question_of
from vectray_client.watch.shown import is_unicode

FOUND, NONE = 0, 1
"""Exit statuses, as grep has them."""
_FRESHNESS_SECONDS = 2.0
"""A person who has just saved does not mind; they would mind not to find it."""
_EXCERPT_SECONDS = 0.5
"""For the sentences that are nearest in meaning."""
_MILLISECOND_NS = 1_000_000

TOP = click.option(
    "--top",
    default=10,
    show_default=True,
    type=click.IntRange(1, 1000),
    metavar="N",
    help="Documents to show.",
)
FOLDERS = click.option(
    "--folder",
    "folders",
    type=FOLDER,
    multiple=True,
    metavar="F",
    help="Only below this folder; may be repeated.",
)
TYPES = click.option(
    "--type",
    "file_types",
    type=click.Choice([kind.value for kind in FileType]),
    multiple=True,
    help="Only files of this type; may be repeated.",
)


class BadQuery(Fault):
    """The question cannot be asked like this."""


@click.command("search", cls=TakesExcludedWords)
@click.argument("words", nargs=-1, metavar="QUERY")
@TOP
@click.option(
    "--more",
    default=0,
    type=click.IntRange(0, 100),
    metavar="N",
    help="Further passages of each document to show.",
)
@FOLDERS
@TYPES
@click.option("--name", default="", metavar="WORD", help="Only files whose name holds this.")
@click.option(
    "--since", metavar="D", help="Only files changed since this day (2026-11-01) or in the last days (7d)."
)
@click.option("--until", metavar="D", help="Only files changed up to the end of this day.")
@click.option("--words", "words_only", is_flag=True, help="Look for the words alone, not for their meaning.")
@click.option(
    "--rerank", is_flag=True, help="Have the best put in order by a reranking model: slower, more exact."
)
@OPEN
@REVEAL
@JSON
@click.pass_context
def command(
    context: click.Context,
    words: tuple[str, ...],
    *,
    top: int,
    more: int,
    folders: tuple[str, ...],
    file_types: tuple[str, ...],
    name: str,
    since: str | None,
    until: str | None,
    words_only: bool,
    rerank: bool,
    to_open: int | None,
    to_reveal: int | None,
    as_json: bool,
) -> None:
    """Find passages by meaning and by words; without a QUERY, list the newest files that the options leave.

    Exits with 0 if something was found, 1 if nothing, 2 for an error.

    "Quoted words" must stand there just so, and a -word must not; type:pdf, in:FOLDER, name:WORD, since:DAY and until:DAY within QUERY
    narrow the search as the options do.
    """
    now = datetime.now(UTC).astimezone()
    query = _query(words)
    if not (query or folders or file_types or name or since or until):
        raise BadQuery("The query is empty.")
    asked: SearchWords = {
        "top": top,
        "folders": folders,
        "types": file_types,
        "name": name,
        "since_unix_ms": 0 if since is None else since_ns(since, now) // _MILLISECOND_NS,
        "until_unix_ms": 0 if until is None else before_ns(until, now) // _MILLISECOND_NS,
        "more_passages": more,
        "words_only": words_only,
        "rerank": rerank,
        "freshness_wait_seconds": _FRESHNESS_SECONDS,
        "excerpt_wait_seconds": _EXCERPT_SECONDS,
    }
    config = read_config()
    with the_index(config) as index:
        found = index.search(located(query, _folder_here), **asked)
    if as_json:
        print_json(answer_document(query, found))
    else:
        show_hits(found.hits)
    needs_meaning = not words_only and bool(question_of(query, now=now).meaning)
    _say_what_is_missing(found, is_by_hand=isinstance(index, ByHand), needs_meaning=needs_meaning)
    act_on(found.hits, to_open=to_open, to_reveal=to_reveal, open_with=config.open_with)
    context.exit(FOUND if found.hits else NONE)


def _say_what_is_missing(found: Found, *, is_by_hand: bool, needs_meaning: bool) -> None:
    if not found.hits:
        say("nothing found")
    if found.words_only_reason and needs_meaning:
        say(f"only words were searched, not meaning: {found.words_only_reason}")
    if found.unranked_reason:
        say(f"the order is not the reranking model's: {found.unranked_reason}")
    if found.pending:
        newest = f", such as {printable(found.pending_paths[0])}" if found.pending_paths else ""
        way = "; `vectray index` does that" if is_by_hand else ""
        say(
            "not in the answer, or by words alone, because still to be indexed:"
            f" {counted(found.pending, 'file')}{newest}{way}"
        )


def _query(words: Sequence[str]) -> str:
    query = " ".join(words).strip()
    if not is_unicode(query):
        raise BadQuery("The query is not valid UTF-8.")
    return query


def _folder_here(said: str) -> str:
    """A folder of the question as it is known elsewhere: the one that stands here, if one does."""
    here = os.path.expanduser(said)  # noqa: PTH111 - paths are strings here
    return os.path.realpath(here) if os.path.isdir(here) else said  # noqa: PTH112 - as above, and any text is asked about


def since_ns(word: str, now: datetime) -> int:
    """Unix time at which a day, a month or a year begins, or that was so long ago."""
    return _times(word, now)[0]


def before_ns(word: str, now: datetime) -> int:
    """Unix time at which a day, a month or a year has ended, or that was so long ago."""
    return _times(word, now)[1]


def _times(word: str, now: datetime) -> tuple[int, int]:
    if found := times(word, now):
        return found
    raise BadQuery(f"{word!r} is neither a day such as 2026-11-01 nor a number of days such as 7d.")
