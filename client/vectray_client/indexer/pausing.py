"""The person's pause, as it is kept in the store. Pure: the clock is passed in."""

from dataclasses import dataclass

PAUSED = "paused"
"""The setting that holds when a pause ends: Unix milliseconds, 0 if it does not end by itself, nothing where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Nothing is read or embedded; what changes is noted, and search goes on."""

    seconds_left: float | None = None
    """None for a pause that does not end by itself."""

    @property
    def reason(self) -> str:
        """One sentence for the person who asks why nothing happens."""
        if self.seconds_left is None:
            return "Indexing is paused until `vectray resume`."
        return f"Indexing is paused for {_duration(self.seconds_left)} more; `vectray resume` ends that."


def setting_for(seconds: float | None, *, unix_now: float) -> str:
    """Return the setting for a pause that begins now; None for one that does not end by itself."""
    return "0" if seconds is None else str(int((unix_now + seconds) * 1000))


def pause_in(setting: str, *, unix_now: float) -> Pause | None:
    """Return the pause that the setting holds; None if there is none, or it has ended."""
    if not setting:
        return None
    if setting == "0":
        return Pause()
    left = int(setting) / 1000 - unix_now
    return Pause(seconds_left=left) if left > 0 else None


def _duration(seconds: float) -> str:
    minutes = int(seconds // 60) + 1
    if minutes >= 120:  # noqa: PLR2004 - two hours
        return f"{round(minutes / 60)} hours"
    return f"{minutes} minutes" if minutes > 1 else "a minute"
