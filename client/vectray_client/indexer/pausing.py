"""The person's pauses, of all or of some folders, as they are kept in the store. Pure but for `kept_pauses`: the clock is passed in.

A pause of a folder is one of all that lies in it, folders that are indexed by themselves included: that is what a person sees there.
"""

import json
import shlex
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from vectray_client.nesting import lies_in, outermost
from vectray_client.store.reading import Reader

PAUSED = "paused"
"""The setting that holds when the pause of all ends: Unix milliseconds, 0 if it does not end by itself, nothing where there is none."""
PAUSED_FOLDERS = "paused folders"
"""The setting that holds the same of folders, by path, as a JSON object; nothing where none is paused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Nothing is read or embedded; what changes is noted, and search goes on."""

    seconds_left: float | None = None
    """None for a pause that does not end by itself."""
    folder: str = ""
    """Where; empty for everywhere."""

    @property
    def reason(self) -> str:
        """One sentence for the person who asks why nothing happens."""
        what = "Indexing of this folder" if self.folder else "Indexing"
        resume = f"`vectray resume {shlex.quote(self.folder)}`" if self.folder else "`vectray resume`"
        if self.seconds_left is None:
            return f"{what} is paused until {resume}."
        return f"{what} is paused for {_duration(self.seconds_left)} more; {resume} ends that."


@dataclass(frozen=True, slots=True, kw_only=True)
class Pauses:
    """All that is paused at one time."""

    whole: Pause | None = None
    """Of all: by one order, or because every folder is paused by itself."""
    folders: tuple[Pause, ...] = ()
    """Those that a person has ordered, of one folder each."""

    def of(self, path: str) -> Pause | None:
        """Return what pauses a folder or file beside the pause of all: of several, the one that lasts longest."""
        about = (pause for pause in self.folders if lies_in(path, pause.folder))
        return max(about, key=_lasting, default=None)

    def allow(self, path: str) -> bool:
        """Whether a file may be read."""
        return not (self.whole or self.of(path))

    def reason(self, path: str) -> str:
        """Return why nothing of a folder or file is read, in one sentence; empty if it may be."""
        pause = self.whole or self.of(path)
        return pause.reason if pause else ""

    @property
    def apart(self) -> tuple[str, ...]:
        """The folders that are left alone while others are worked on, without those that lie in another one; none while all is paused."""
        return () if self.whole else tuple(outermost(pause.folder for pause in self.folders))

    @property
    def places(self) -> frozenset[str]:
        """The folders that are paused; the empty path stands for all."""
        return frozenset(pause.folder for pause in (*self.folders, *([self.whole] if self.whole else [])))

    @property
    def seconds_to_next(self) -> float | None:
        """How long it takes until one ends by itself; None if none does."""
        lefts = (pause.seconds_left for pause in (self.whole, *self.folders) if pause)
        return min((left for left in lefts if left is not None), default=None)


def kept_pauses(reader: Reader, *, unix_now: float) -> Pauses:
    """Return what the store holds."""
    whole = pause_in(reader.setting(PAUSED), unix_now=unix_now)
    kept = _kept(reader.setting(PAUSED_FOLDERS))
    return pauses_in(whole, kept, folders=reader.folders() if kept else (), unix_now=unix_now)


def pauses_in(
    whole: Pause | None, kept: Mapping[str, str], *, folders: Collection[str], unix_now: float
) -> Pauses:
    """Return what is paused of some indexed folders, by the pause of all and the settings of folders."""
    found = (
        pause_in(setting, unix_now=unix_now, folder=folder)
        for folder, setting in kept.items()
        if folder in folders
    )
    paused = tuple(pause for pause in found if pause)
    if not whole and folders and all(Pauses(folders=paused).of(folder) for folder in folders):
        lefts = [pause.seconds_left for pause in paused if pause.seconds_left is not None]
        whole = Pause(seconds_left=min(lefts, default=None))
    return Pauses(whole=whole, folders=paused)


def setting_for(seconds: float | None, *, unix_now: float) -> str:
    """Return the setting for a pause that begins now; None for one that does not end by itself."""
    return "0" if seconds is None else str(int((unix_now + seconds) * 1000))


def pause_in(setting: str, *, unix_now: float, folder: str = "") -> Pause | None:
    """Return the pause that the setting holds, of all or of a folder; None if there is none, or it has ended."""
    if not setting:
        return None
    if setting == "0":
        return Pause(folder=folder)
    left = int(setting) / 1000 - unix_now
    return Pause(seconds_left=left, folder=folder) if left > 0 else None


def with_folder(setting: str, folder: str, pause: str) -> str:
    """Return the setting of folders with another pause for one of them."""
    return json.dumps(_kept(setting) | {folder: pause})


def without_folder(setting: str, folder: str) -> str:
    """Return the setting of folders without the pause of one."""
    return _setting_of({path: pause for path, pause in _kept(setting).items() if path != folder})


def without_below(setting: str, place: str) -> str:
    """Return the setting of folders without the pauses of those at a path or below it."""
    return _setting_of({path: pause for path, pause in _kept(setting).items() if not lies_in(path, place)})


def _kept(setting: str) -> dict[str, str]:
    return dict(json.loads(setting)) if setting else {}


def _setting_of(kept: Mapping[str, str]) -> str:
    return json.dumps(kept) if kept else ""


def _lasting(pause: Pause) -> float:
    return float("inf") if pause.seconds_left is None else pause.seconds_left


def _duration(seconds: float) -> str:
    minutes = int(seconds // 60) + 1
    if minutes >= 120:  # noqa: PLR2004 - two hours
        return f"{round(minutes / 60)} hours"
    return f"{minutes} minutes" if minutes > 1 else "a minute"
