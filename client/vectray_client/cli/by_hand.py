"""What the agent does for commands, done in this process where no agent runs: the same calls, on the index itself."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Unpack

from vectray.places import make_private
from vectray_client.agent import orders
from vectray_client.agent.recently import recent_documents
from vectray_client.cli.reaching import running_agent
from vectray_client.cli.search_by_hand import answer_by_hand, similar_by_hand
from vectray_client.cli.survey_by_hand import survey_by_hand
from vectray_client.config import Config
from vectray_client.domain import FileType, Hit
from vectray_client.explaining import Facts, Kind, explain, gather
from vectray_client.freshness import pending_in
from vectray_client.indexer.generations import WANTED
from vectray_client.indexer.pausing import kept_pauses, setting_for
from vectray_client.nesting import outermost
from vectray_client.sdk import index_requests
from vectray_client.sdk.agent import Agent
from vectray_client.sdk.client import Daemon
from vectray_client.sdk.found import Found, RecentDocument
from vectray_client.sdk.index_requests import SearchWords
from vectray_client.sdk.index_states import Explanation, Problem
from vectray_client.sdk.states import check_embeds
from vectray_client.sdk.surveyed import Survey
from vectray_client.store.errors import IndexMissing
from vectray_client.store.reading import open_reader
from vectray_client.store.records import Filter
from vectray_client.store.store import Store, open_store
from vectray_client.store.vector_cache import cache_beside, discard_cache


class ByHand:
    """Its methods are those of `sdk.agent.Agent`. What is to be read or embedded is left to `vectray index`.

    Raises:
        IndexMissing: there is no index, where one is needed.
        IndexFault: it cannot be written.

    """

    def __init__(self, config: Config) -> None:
        self._config = config
        self._discard_cache = partial(discard_cache, cache_beside(config.index_file))

    def search(self, query: str, **words: Unpack[SearchWords]) -> Found:
        """Find documents by meaning and by words."""
        return answer_by_hand(index_requests.search_request(query, words), self._config)

    def similar(
        self, path: str, *, top: int = 10, folders: Sequence[str] = (), types: Sequence[str] = ()
    ) -> Sequence[Hit]:
        """Find documents that are about the same as an indexed one, nearest first."""
        where = Filter(folders=tuple(outermost(folders)), file_types=tuple(map(FileType, types)))
        return similar_by_hand(path, self._config, top=top, where=where)

    def explain(self, path: str) -> Explanation:
        """Tell why a path is found or not."""
        try:
            with open_reader(self._config.index_file) as reader:
                pauses = kept_pauses(reader, unix_now=time.time())
                facts = gather(reader, path, self._config.scope, pause=pauses.reason(path))
        except IndexMissing:
            facts = Facts(kind=Kind.NOTHING)  # what stands there does not matter where no folder is indexed
        return explain(facts)

    def problems(self) -> Sequence[Problem]:
        """Return the files that could not be indexed, by path."""
        try:
            with open_reader(self._config.index_file) as reader:
                return [Problem(path=path, reason=refusal.reason) for path, refusal in reader.problems()]
        except IndexMissing:
            return []

    def recent(self, *, most: int = 10) -> Sequence[RecentDocument]:
        """Return the documents whose files were changed last, the last one first."""
        try:
            with open_reader(self._config.index_file) as reader:
                return recent_documents(reader, most=most, now_ns=time.time_ns())
        except IndexMissing:
            return []

    def survey(self, path: str) -> Iterator[Survey]:
        """Look through a folder, given by its real absolute path, before it is added; yield what is known so far, at last the whole."""
        return survey_by_hand(path, self._config)

    def add_folder(self, path: str) -> None:
        """Add a folder, given by its real absolute path."""
        with own_store(self._config) as store:
            orders.add_folder(store, path)

    def remove_folder(self, path: str) -> int:
        """Remove a folder, and return how many files were forgotten with it."""
        with self._store() as store:
            return orders.remove_folder(store, path, discard_cache=self._discard_cache)

    def forget(self, path: str) -> int:
        """Remove every trace of a file or folder from the index, and return how many files were forgotten."""
        with self._store() as store:
            return orders.forget(store, path, discard_cache=self._discard_cache)

    def pause(self, path: str = "", *, seconds: int = 0) -> None:
        """Refuse to index a folder, or all, for so long, or until `resume` if 0."""
        with self._store() if path else own_store(self._config) as store:
            setting = setting_for(seconds or None, unix_now=time.time())
            orders.pause(store, folder=path, setting=setting)

    def resume(self, path: str = "", *, anyway: bool = False) -> None:  # noqa: ARG002 - commands go at full speed
        """End the pause of a folder, or of all."""
        if path or self._config.index_file.exists():
            with self._store() as store:
                orders.resume(store, folder=path, unix_now=time.time())

    def rescan(self, path: str = "") -> int:
        """Look at every file of a folder, or of all; return how many are new or changed."""
        with self._store() as store:
            folders = orders.take_anew(store, path) if path else store.folders()
            return sum(pending_in(store, folder, self._config.scope).pending for folder in folders)

    def use_model(self, model: str) -> bool:
        """Change the model; return whether it is the one in use."""
        with Daemon(self._config.places) as daemon:
            state = daemon.model(model)
        check_embeds(state)
        with own_store(self._config) as store:
            store.set_setting(WANTED, state.name)
            known = store.model()
        return known is not None and known.name == state.name

    @contextmanager
    def _store(self) -> Iterator[Store]:
        if not self._config.index_file.exists():
            raise IndexMissing
        with own_store(self._config) as store:
            yield store


@contextmanager
def the_index(config: Config) -> Iterator[Agent | ByHand]:
    """Give who does what is asked of the index: the agent, which holds the store while it runs, or else this process.

    Raises:
        AgentUnavailable, AgentMismatch: the agent does not answer, or is of another release.

    """
    with running_agent(config.places) as agent:
        yield agent or ByHand(config)


@contextmanager
def own_store(config: Config) -> Iterator[Store]:
    """Give the store to a command where no agent runs; made now if there was none.

    Raises:
        IndexFault: it cannot be written.

    """
    make_private(config.places.index)
    with open_store(config.index_file) as store:
        yield store
