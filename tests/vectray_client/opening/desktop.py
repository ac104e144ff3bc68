"""A desktop of small programs: what stands on PATH says what it was started with."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

_PATIENCE_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Desktop:
    """Programs of the test's own, and nothing else but the shell's."""

    folder: Path

    def install(self, name: str, *, status: int = 0, prints: str = "", stays: bool = False) -> None:
        """Put a program on PATH that notes its arguments, and prints, ends or stays as told."""
        program = self.folder / name
        program.write_text(
            "#!/bin/sh\n"
            f'printf "%s\\0" "$@" > "{self.folder}/{name}.new"\n'
            f'mv "{self.folder}/{name}.new" "{self.folder}/{name}.arguments"\n'
            f"printf '%s' '{prints}'\n"
            + (f'while [ -e "{self.folder}/{name}.arguments" ]; do sleep 0.05; done\n' if stays else "")
            + f"exit {status}\n"
        )
        program.chmod(0o700)

    def wait_started(self, name: str) -> list[str]:
        """Wait until a program was started, and return its arguments."""
        note = self.folder / f"{name}.arguments"
        until = time.monotonic() + _PATIENCE_SECONDS
        while not note.exists() and time.monotonic() < until:
            time.sleep(0.01)
        words = os.fsdecode(note.read_bytes()).split("\0")[:-1]
        note.unlink()
        return words

    def was_started(self, name: str) -> bool:
        """Whether a program was started since it was last waited for."""
        return (self.folder / f"{name}.arguments").exists()
