"""Who is told of calls and of slices as they come and go."""

from typing import Protocol

from vectrayd.scheduling.model_queue import Ran


class Observer(Protocol):
    """Told of the daemon's work, whatever door it came through."""

    def began(self, method: str) -> None:
        """Note that a call came in."""
        ...

    def ended(self, method: str, code: str, seconds: float) -> None:
        """Note that it ended, with which status, and after how long."""
        ...

    def ran(self, ran: Ran) -> None:
        """Note that a slice of texts came back from a model."""
        ...


class Nobody:
    """Watches nothing."""

    def began(self, method: str) -> None:
        """Do nothing."""

    def ended(self, method: str, code: str, seconds: float) -> None:
        """Do nothing."""

    def ran(self, ran: Ran) -> None:
        """Do nothing."""
