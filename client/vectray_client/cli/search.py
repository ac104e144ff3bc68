"""`vectray search`: ask the index."""

import re
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import TypeVar

import click
import numpy as np
from numpy.typing import NDArray
from rich.markup import escape

from vectray_client.cli.amounts import counted
from vectray_client.cli.arguments import FOLDER, JSON
from vectray_client.cli.reaching import embedder_for, running_agent
from vectray_client.cli.terminal import margin, print_json, printable, say, screen
from vectray_client.config import Config, read_config
from vectray_client.domain import Chunk, Fault, FileType, Hit
from vectray_client.freshness import folders_about, pending_in
from vectray_client.sdk.agent import Agent
from vectray_client.sdk.errors import RequestRefused, VectrayClientError
from vectray_client.sdk.found import Found
from vectray_client.searcher.search import search
from vectray_client.store.reading import Reader, open_reader
from vectray_client.store.records import Filter, Model
from vectray_client.store.vector_cache import cache_beside
from vectray_client.store.vector_index import VectorIndex
from vectray_client.watch.shown import is_unicode

_FOUND, _NONE = 0, 1
"""Exit statuses, as grep has them."""
_SNIPPET_CHARACTERS = 240
_FRESHNESS_SECONDS = 2.0
"""A person who has just saved does not mind; they would mind not to find it."""
_LATEST_NS = 2**63 - 1
"""In the year 2262; SQLite's integers go no further."""
Answer = TypeVar("Answer")


class BadQuery(Fault):
    """The question cannot be asked like this."""


@click.command("search")
@click.argument("words", nargs=-1, required=True, metavar="QUERY")
@click.option(
    "--top",
    default=10,
    show_default=True,
    type=click.IntRange(1, 1000),
    metavar="N",
    help="Documents to show.",
)
@click.option("--folder", type=FOLDER, metavar="F", help="Only below this folder.")
@click.option(
    "--type",
    "file_type",
    type=click.Choice([kind.value for kind in FileType]),
    help="Only files of this type.",
)
@click.option(
    "--since", metavar="D", help="Only files changed since this day (2026-11-01) or in the last days (7d)."
)
@JSON
@click.pass_context
def command(
    context: click.Context,
    words: tuple[str, ...],
    *,
    top: int,
    folder: str | None,
    file_type: str | None,
    since: str | None,
    as_json: bool,
) -> None:
    """Find passages by meaning and by words. Exits with 0 if something was found, 1 if nothing, 2 for an error."""
    question = _question(words)
    where = Filter(
        folders=(folder,) if folder else (),
        file_types=(FileType(file_type),) if file_type else (),
        modified_since_ns=None if since is None else since_ns(since, datetime.now(UTC)),
    )
    config = read_config()
    with running_agent(config.places) as agent:
        found = _ask(agent, question, top=top, where=where) if agent else _look(question, config, top, where)
    if as_json:
        print_json(
            {
                "query": question,
                "fresh": found.is_fresh,
                "pending": found.pending,
                "hits": [_as_json(hit) for hit in found.hits],
            }
        )
    else:
        _show(found.hits)
    if found.pending:
        way = "" if agent else "; `vectray index` does that"
        say(
            f"not in the answer, or by words alone, because still to be indexed: {counted(found.pending, 'file')}{way}"
        )
    context.exit(_FOUND if found.hits else _NONE)


def _ask(agent: Agent, question: str, *, top: int, where: Filter) -> Found:
    """The agent's answer, which has what was saved just now."""
    found = agent.search(
        question,
        top=top,
        folders=where.folders,
        types=where.file_types,
        since_unix_ms=(where.modified_since_ns or 0) // 1_000_000,
        freshness_wait_seconds=_FRESHNESS_SECONDS,
    )
    if not found.hits:
        say("nothing found")
    elif all(hit.best.vector_score is None for hit in found.hits):
        say("only words were searched, not meaning: `vectray status` tells how the model is")
    return found


def _look(question: str, config: Config, top: int, where: Filter) -> Found:
    """The answer without an agent, made in this process."""
    with open_reader(config.index_file) as reader:
        hits, pending = _answer(reader, question, config, top=top, where=where)
    return Found(hits=hits, is_fresh=not pending, pending=pending)


def _question(words: Sequence[str]) -> str:
    question = " ".join(words).strip()
    if not question:
        raise BadQuery("The query is empty.")
    if not is_unicode(question):
        raise BadQuery("The query is not valid UTF-8.")
    return question


def _answer(
    reader: Reader, question: str, config: Config, *, top: int, where: Filter
) -> tuple[list[Hit], int]:
    """The best passages, and how many files differ from what the index holds of them; both only where it was asked for."""
    below = where.folders[0] if where.folders else None
    folders = folders_about(reader, below)
    if not folders:
        say("nothing found: no folder is indexed there" if below else "nothing found: no folder is indexed")
        return [], 0
    model = reader.model()
    # The model may have to be loaded; meanwhile the folders are looked at. The index is asked from this thread alone.
    asked = None if model is None else _in_background(lambda: _vector(question, model, config))
    waiting = [pending_in(reader, folder, config.scope, below=below) for folder in folders]
    for problem in filter(None, (folder.problem for folder in waiting)):
        say(f"what was indexed of it is still searched: {problem}")
    vector = None if asked is None else _arrived(asked)
    index = None if vector is None else VectorIndex.open(reader, cache_beside(config.index_file))
    if index:
        index.catch_up(reader)
    hits = search(reader, question, vector=vector, index=index, top=top, where=where)
    if not hits:
        say("nothing found")
    return hits, sum(folder.pending for folder in waiting) + reader.waiting_documents()


def _vector(question: str, model: Model, config: Config) -> NDArray[np.float32]:
    with embedder_for(config) as embedder:
        return embedder.query(question, model=model.name, fingerprint=model.fingerprint)


def _arrived(vector: "Future[NDArray[np.float32]]") -> NDArray[np.float32] | None:
    """The question's vector; None, with a word about it, if there can be none now."""
    try:
        with margin().status("asking the model"):
            return vector.result()
    except VectrayClientError as error:
        changed = isinstance(error, RequestRefused) and error.reason == "FINGERPRINT_MISMATCH"
        reason = "the model has changed; `vectray index` embeds everything anew" if changed else error
        say(f"only words are searched, not meaning: {reason}")
        return None


def _in_background(call: Callable[[], Answer]) -> "Future[Answer]":
    """Make a call in a thread that nobody waits for, should the program end before."""
    future: Future[Answer] = Future()

    def answer() -> None:
        try:
            future.set_result(call())
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is raised where the result is asked for
            future.set_exception(error)

    Thread(target=answer, daemon=True).start()
    return future


def since_ns(word: str, now: datetime) -> int:
    """Unix time of the start of a day, or of a number of days ago."""
    try:
        if days := re.fullmatch(r"(\d{1,5})d", word):
            moment = now - timedelta(days=int(days[1]))
        else:
            moment = datetime.fromisoformat(word).astimezone()
    except (ValueError, OverflowError):
        raise BadQuery(
            f"{word!r} is neither a day such as 2026-11-01 nor a number of days such as 7d."
        ) from None
    return min(int(moment.timestamp()) * 1_000_000_000, _LATEST_NS)


def _as_json(hit: Hit) -> dict[str, object]:
    return {
        "path": hit.path,
        "score": hit.score,
        "vector_score": hit.best.vector_score,
        "keyword_score": hit.best.keyword_score,
        "text": hit.best.chunk.text,
        "start": hit.best.chunk.start,
        "end": hit.best.chunk.end,
        "page": hit.best.chunk.page,
        "heading": hit.best.chunk.heading,
        "line": hit.best.chunk.line,
        "cell": hit.best.chunk.cell,
    }


def _show(hits: Sequence[Hit]) -> None:
    console = screen()
    for number, hit in enumerate(hits, start=1):
        chunk = hit.best.chunk
        place = _place(chunk)
        meaning = "" if hit.best.vector_score is None else f"meaning {hit.best.vector_score:.3f}"
        words = "" if hit.best.keyword_score is None else f"words {hit.best.keyword_score:.1f}"
        console.print(
            f"[bold]{number}. {escape(printable(hit.path))}[/]{escape(place)}  [dim]{' '.join(filter(None, (meaning, words)))}[/]"
        )
        if chunk.heading:
            console.print(f"   [cyan]{escape(printable(chunk.heading))}[/]")
        console.print(f"   {escape(printable(_snippet(chunk.text)))}\n")


def _place(chunk: Chunk) -> str:
    if chunk.cell:
        return f" {printable(chunk.cell)}"
    return f" page {chunk.page}" if chunk.page else f":{chunk.line}" if chunk.line else ""


def _snippet(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _SNIPPET_CHARACTERS else f"{flat[:_SNIPPET_CHARACTERS]}…"
