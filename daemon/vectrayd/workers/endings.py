"""How a worker's process ended, in words for a person. Pure."""

import contextlib
import signal


def how_it_ended(exit_status: int | None) -> str:
    """Return a sentence for an exit status as subprocess has it: negative for a signal, None while nobody knows.

    The daemon never kills a worker that it does not take out of service first, so a SIGKILL is somebody else's: mostly Linux', which
    ends the largest process when memory runs out.
    """
    if exit_status is None:
        return "The model's process has ended."
    if exit_status >= 0:
        return f"The model's process ended with status {exit_status}."
    if -exit_status == getattr(signal, "SIGKILL", None):
        return "The model's process was killed, perhaps for lack of memory."
    name = f"signal {-exit_status}"
    with contextlib.suppress(ValueError):
        name = signal.Signals(-exit_status).name
    return f"The model's process was ended by {name}."
