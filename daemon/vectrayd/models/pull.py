"""Fetching models from a hub, in processes of their own: the only thing in the daemon that uses the network unasked by a text."""

import asyncio
import contextlib
import json
import logging
import os
import re
import shutil
import sys
import time
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from pathlib import Path

from vectrayd.domain.errors import InvalidOption, ModelUnavailable, UnknownModel
from vectrayd.models.addresses import is_guarded
from vectrayd.models.catalogue import Catalogue
from vectrayd.models.entry import Entry
from vectrayd.models.hub import Hub
from vectrayd.models.library import Library
from vectrayd.models.manifest import changed_file
from vectrayd.models.model_folder import is_model

_log = logging.getLogger(__name__)

_COMMAND = (sys.executable, "-P", "-m", "vectrayd.models.fetch")
_UNFINISHED = ".pulling-"
_FORSAKEN_SECONDS = 30 * 24 * 3600
"""After which nobody will go on with what was fetched of a model."""
_NEWS_SECONDS = 0.25
# A hub takes names of 96 characters, a disk hardly more.
_REPOSITORY = re.compile(r"\w[\w.-]{0,95}/\w[\w.-]{0,95}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a pull is."""

    bytes_done: int
    bytes_total: int
    """0 while unknown."""
    activity: str
    """What is being done, in a few words for a person."""


def entry_to_pull(catalogue: Catalogue, name: str) -> Entry:
    """Return the model that `name` means: one of the catalogue, or any repository ("ORG/NAME") of the hub.

    Raises:
        UnknownModel: it is neither.
        InvalidOption: the repository's model would be taken for another one.

    """
    try:
        return catalogue.resolve(name)
    except UnknownModel:
        if not _REPOSITORY.fullmatch(name):
            raise
    entry = Entry(name=name.rpartition("/")[2], repository=name, max_tokens=0)
    if any(known.is_called(entry.name) for known in catalogue.entries.values()):
        raise InvalidOption(f"There is another model named {entry.name[:100]}.")
    return entry


class Puller:
    """Fetches models into the models folder. Whoever asks for one that is being fetched watches the same pull."""

    def __init__(
        self, models: Path, library: Library, hub: Hub, *, command: Sequence[str] = _COMMAND
    ) -> None:
        self._models = models
        self._library = library
        self._hub = hub
        self._command = command
        self._pulls: dict[str, _Pull] = {}

    async def pull(self, entry: Entry) -> AsyncGenerator[Progress, None]:
        """Fetch a model, telling how far it is. When nobody watches any more it stops; the next pull goes on from there.

        Raises:
            ModelUnavailable: it cannot be fetched.

        """
        self._check(entry)
        if await self._is_whole(entry):
            yield Progress(bytes_done=0, bytes_total=0, activity="on this machine already")
            return
        pull = await self._joined(entry)
        pull.watchers += 1
        try:
            while not (await asyncio.wait([pull.task], timeout=_NEWS_SECONDS))[0]:
                yield pull.progress
            pull.task.result()
            yield pull.progress
        finally:
            pull.watchers -= 1
            if not pull.watchers:
                await pull.end()

    def _check(self, entry: Entry) -> None:
        if not entry.repository:
            raise ModelUnavailable(f"There is no public source to fetch {entry.name} from.")
        if entry.folder and entry.folder != self._models / entry.name:
            raise ModelUnavailable(f"{entry.name} is in a folder of its owner's, where nothing is fetched.")
        if not is_guarded(self._hub.endpoint):
            raise ModelUnavailable(
                f"Models are fetched only from a hub whose address begins with https://, not {self._hub.endpoint!r}."
            )

    async def _is_whole(self, entry: Entry) -> bool:
        own = self._models / entry.name
        if not self._library.is_present(entry):
            return False
        return not is_model(own) or not await asyncio.to_thread(changed_file, own)

    async def _joined(self, entry: Entry) -> "_Pull":
        """Return the pull of the model that is under way, or a new one. One that nobody watches is ending, and is waited for."""
        pull = self._pulls.get(entry.name)
        while pull and not pull.watchers and not pull.task.done():
            await asyncio.wait([pull.task])
            pull = self._pulls.get(entry.name)
        if pull is None or pull.task.done():
            try:
                unfinished = self._begin(entry)
            except OSError as cause:
                raise ModelUnavailable(
                    f"The models folder cannot be written to: {cause.strerror}."
                ) from cause
            pull = self._pulls[entry.name] = _Pull(unfinished, entry.repository, self._hub, self._command)
        return pull

    def _begin(self, entry: Entry) -> Path:
        """Return the folder to fetch into; it has what an earlier attempt fetched."""
        unfinished = self._models / f"{_UNFINISHED}{entry.name}"
        unfinished.mkdir(parents=True, exist_ok=True)
        os.utime(unfinished)
        for folder in self._models.glob(f"{_UNFINISHED}*"):
            if time.time() - folder.stat().st_mtime > _FORSAKEN_SECONDS:
                shutil.rmtree(folder, ignore_errors=True)
        return unfinished


class _Pull:
    """One pull under way."""

    def __init__(self, unfinished: Path, repository: str, hub: Hub, command: Sequence[str]) -> None:
        self._unfinished = unfinished
        self._order = {
            "repository": repository,
            "folder": str(unfinished),
            "endpoint": hub.endpoint,
            "token": hub.token,
        }
        self._total = 0
        self._activity = "starting"
        self.watchers = 0
        self.task = asyncio.create_task(self._run(command))

    @property
    def progress(self) -> Progress:
        """How far it is now."""
        done = _size(self._unfinished) if self._unfinished.exists() else self._total
        return Progress(bytes_done=min(done, self._total), bytes_total=self._total, activity=self._activity)

    async def end(self) -> None:
        """Stop, if it is not done; what was fetched stays."""
        self.task.cancel()
        await asyncio.wait([self.task])
        if not self.task.cancelled():
            self.task.exception()  # whoever watched to the end was told

    async def _run(self, command: Sequence[str]) -> None:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            start_new_session=True,  # Ctrl-C in a terminal is for the daemon, which ends its processes itself
        )
        try:
            await self._follow(process)
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        try:
            self._publish()
        except OSError as cause:
            raise ModelUnavailable(f"The models folder cannot be written to: {cause.strerror}.") from cause
        self._activity = "done"

    async def _follow(self, process: asyncio.subprocess.Process) -> None:
        if process.stdin is None or process.stdout is None:
            raise ModelUnavailable("The process that fetches models could not be spoken to.")
        process.stdin.write(json.dumps(self._order).encode() + b"\n")
        async for line in process.stdout:
            news = json.loads(line)
            if "error" in news:
                raise ModelUnavailable(news["error"])
            if "done" in news:
                return
            self._total = news.get("total", self._total)
            self._activity = news.get("activity", self._activity)
        raise ModelUnavailable(
            "The process that fetches models ended before it was done; pull again to go on."
        )

    def _publish(self) -> None:
        """Give the folder its name: from now on it is the model. A damaged one makes room."""
        target = self._unfinished.with_name(self._unfinished.name.removeprefix(_UNFINISHED))
        if target.exists():
            aside = self._unfinished.with_name(f"{_UNFINISHED}replaced-{target.name}")
            shutil.rmtree(aside, ignore_errors=True)
            target.rename(aside)
            self._unfinished.rename(target)
            shutil.rmtree(aside, ignore_errors=True)
        else:
            self._unfinished.rename(target)
        _log.info("fetched %s", target.name)


def _size(folder: Path) -> int:
    """Bytes of all files in a folder that another process works in."""
    size = 0
    for file in folder.rglob("*"):
        with contextlib.suppress(FileNotFoundError):
            size += file.stat().st_size
    return size
