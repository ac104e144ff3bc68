"""Everything that can go wrong on purpose, as one small tree.

    VectrayError
    ├── InvalidOption         the request asks for something that cannot be
    ├── TextTooLong           longer than the daemon or the model's window takes
    ├── InvalidText           nothing in it that the model could read
    ├── UnknownModel          no such model
    ├── ModelUnavailable      the model is known and cannot be loaded
    ├── ModelFailed           the model was lost while it worked
    ├── NonFinite             the model gave numbers that are none
    ├── FingerprintMismatch   the vectors would not be of the space that was asked for
    ├── Overloaded            too much is waiting already
    ├── DeadlineInfeasible    the answer would come after the caller's deadline
    └── Stopping              the daemon is on its way out

Messages are one sentence for a person. They may name models and options, never a text.
"""

from typing import ClassVar


class VectrayError(Exception):
    """Root of the tree. The message reaches the caller."""

    reason: ClassVar[str] = "INTERNAL"
    """What programs decide by; the list stands at `ItemError.reason` in the contract."""

    def __init__(self, message: str, *, retry_seconds: float | None = None) -> None:
        super().__init__(message)
        self.retry_seconds = retry_seconds
        """When trying again may do better; None where it would not."""


class InvalidOption(VectrayError):
    """The request asks for something that cannot be."""

    reason = "INVALID_OPTION"


class TextTooLong(VectrayError):
    """The text is longer than the daemon or the model's window takes."""

    reason = "TEXT_TOO_LONG"


class InvalidText(VectrayError):
    """There is nothing in the text that the model could read."""

    reason = "INVALID_TEXT"


class UnknownModel(VectrayError):
    """There is no such model."""

    reason = "MODEL_UNKNOWN"


class ModelUnavailable(VectrayError):
    """The model is known and cannot be loaded."""

    reason = "MODEL_UNAVAILABLE"


class ModelFailed(VectrayError):
    """The model was lost while it worked."""

    reason = "MODEL_FAILED"


class NonFinite(VectrayError):
    """The model gave numbers that are none."""

    reason = "NON_FINITE"


class FingerprintMismatch(VectrayError):
    """The vectors would not be of the space that was asked for."""

    reason = "FINGERPRINT_MISMATCH"


class Overloaded(VectrayError):
    """Too much is waiting already."""

    reason = "OVERLOADED"


class DeadlineInfeasible(VectrayError):
    """The answer would come after the caller's deadline, or it has passed."""

    reason = "DEADLINE_INFEASIBLE"


class Stopping(VectrayError):
    """The daemon is on its way out."""

    reason = "STOPPING"
