"""`vectray search`: ask the index."""

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from vectray_client.cli.amounts import counted
from vectray_client.cli.arguments import FOLDER, JSON
from vectray_client.cli.hits_json import answer_document
from vectray_client.cli.hits_opened import OPEN, REVEAL, act_on
from vectray_client.cli.hits_shown import show_hits
from vectray_client.cli.reaching import running_agent
from vectray_client.cli.search_by_hand import Asked, answer_by_hand
from vectray_client.cli.terminal import print_json, printable, say
from vectray_client.config import read_config
from vectray_client.domain import Fault, FileType
from vectray_client.sdk.agent import Agent
from vectray_client.sdk.found import Found
from vectray_client.searcher.days import times
from vectray_client.searcher.question import located, question_of
from vectray_client.store.records import Filter
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


@click.command("search", context_settings={"ignore_unknown_options": True})
@click.argument("words", nargs=-1, required=True, metavar="QUERY")
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
    """Find passages by meaning and by words. Exits with 0 if something was found, 1 if nothing, 2 for an error.

    "Quoted words" must stand there just so, and a -word must not; type:pdf, in:FOLDER, name:WORD, since:DAY and until:DAY within QUERY
    narrow the search as the options do.
    """
    now = datetime.now(UTC).astimezone()
    query = _query(words)
    asked = Asked(
        query=located(query, _folder_here),
        question=question_of(located(query, _folder_here), now=now),
        top=top,
        more_passages=more,
        words_only=words_only,
        rerank=rerank,
        where=Filter(
            folders=folders,
            file_types=tuple(map(FileType, file_types)),
            modified_since_ns=since_ns(since, now) if since is not None else None,
            modified_before_ns=before_ns(until, now) if until is not None else None,
            name=name,
        ),
    )
    config = read_config()
    with running_agent(config.places) as agent:
        found = _ask(agent, asked) if agent else answer_by_hand(asked, config)
    if as_json:
        print_json(answer_document(query, found))
    else:
        show_hits(found.hits)
    _say_what_is_missing(found, has_agent=agent is not None)
    act_on(found.hits, to_open=to_open, to_reveal=to_reveal, open_with=config.open_with)
    context.exit(FOUND if found.hits else NONE)


def _ask(agent: Agent, asked: Asked) -> Found:
    """The agent's answer, which has what was saved just now."""
    where = asked.where
    found = agent.search(
        asked.query,
        top=asked.top,
        folders=where.folders,
        types=where.file_types,
        name=where.name,
        since_unix_ms=(where.modified_since_ns or 0) // _MILLISECOND_NS,
        until_unix_ms=(where.modified_before_ns or 0) // _MILLISECOND_NS,
        more_passages=asked.more_passages,
        words_only=asked.words_only,
        rerank=asked.rerank,
        freshness_wait_seconds=_FRESHNESS_SECONDS,
        excerpt_wait_seconds=_EXCERPT_SECONDS,
    )
    if not found.hits:
        say("nothing found")
    return found


def _say_what_is_missing(found: Found, *, has_agent: bool) -> None:
    if found.words_only_reason:
        say(f"only words were searched, not meaning: {found.words_only_reason}")
    if found.unranked_reason:
        say(f"the order is not the reranking model's: {found.unranked_reason}")
    if found.pending:
        newest = f", such as {printable(found.pending_paths[0])}" if found.pending_paths else ""
        way = "" if has_agent else "; `vectray index` does that"
        say(
            "not in the answer, or by words alone, because still to be indexed:"
            f" {counted(found.pending, 'file')}{newest}{way}"
        )


def _query(words: Sequence[str]) -> str:
    if misspelt := next((word for word in words if word.startswith("--")), None):
        raise BadQuery(
            f"There is no option {misspelt}."
        )  # a -word is the question's; click leaves all it does not know
    query = " ".join(words).strip()
    if not query:
        raise BadQuery("The query is empty.")
    if not is_unicode(query):
        raise BadQuery("The query is not valid UTF-8.")
    return query


def _folder_here(said: str) -> str:
    """A folder of the question as it is known elsewhere: the one that stands here, if one does."""
    here = Path(said).expanduser()
    return os.path.realpath(here) if here.is_dir() else said


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
