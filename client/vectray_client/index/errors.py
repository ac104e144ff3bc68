"""What can be wrong with an index, each in a sentence for the person in front of it.

IndexFault
  * IndexBusy         another process writes to it
  * IndexMissing      there is none yet
  * IndexOutdated     it has to be brought to this version's format first
  * IndexTooNew       it was written by a newer version
  * NotAnIndex        the file is something else
  * NoModel           vectors are stored before a model was named
  * UnknownVector     a passage is stored without its vector
  * WrongVectors      vectors that do not fit the model
"""

from pathlib import Path

from vectray_client.domain import Fault


class IndexFault(Fault):
    """The index cannot do what was asked; it is unharmed."""


class IndexBusy(IndexFault):
    """Another process has the index open for writing. `pid` is that process, None if it did not say so."""

    def __init__(self, pid: int | None) -> None:
        holder = f"process {pid}" if pid else "another process"
        super().__init__(f"The index is being written by {holder}; only one can do so at a time.")
        self.pid = pid


class IndexMissing(IndexFault):
    """There is no index to read."""

    def __init__(self) -> None:
        super().__init__("Nothing is indexed yet: `vectray index FOLDER` begins.")


class IndexOutdated(IndexFault):
    """The index has the format of an older version. Only its writer may change that."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"The index at {path} has to be upgraded: run `vectray index`.")


class IndexTooNew(IndexFault):
    """The index has a format that this version does not know."""

    def __init__(self, path: Path, *, found: int, known: int) -> None:
        super().__init__(
            f"The index at {path} was written by a newer Vectray (format {found}, this one knows {known}): "
            "update Vectray, or move the index away to have it built anew."
        )


class NotAnIndex(IndexFault):
    """The file is not a database, or another program's."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is not an index of Vectray.")


class NoModel(IndexFault):
    """Vectors mean nothing before `set_model` has said whose they are."""

    def __init__(self) -> None:
        super().__init__("The index does not know yet which model its vectors are from.")


class UnknownVector(IndexFault):
    """A passage refers to a vector that is neither stored nor brought along."""

    def __init__(self, key: bytes) -> None:
        super().__init__(f"There is no vector with the key {key.hex()}.")
        self.key = key


class WrongVectors(IndexFault):
    """The vectors have another length than the model's, or numbers that float16 cannot hold."""
