"""What stands at a path now, against what was indexed."""

import os
import stat

from vectray_client.domain import Fault

_MILLISECOND_NS = 1_000_000
"""Times of change come from the agent as milliseconds."""


class NotThere(Fault):
    """What was indexed is gone, or something else stands in its place."""


def check_there(path: str) -> os.stat_result:
    """Return what a file is now.

    Raises:
        NotThere: it is gone, may not be looked at, or is no ordinary file any more.

    """
    try:
        found = os.lstat(path)
    except FileNotFoundError:
        raise NotThere(f"{path} is not there any more.") from None
    except OSError as error:
        raise NotThere(f"{path} cannot be looked at: {error.strerror}.") from None
    if not stat.S_ISREG(found.st_mode):
        # A link may lead anywhere, and a pipe or device would be read by whatever opens it.
        raise NotThere(f"{path} is no ordinary file any more.")
    return found


def has_changed(path: str, *, since_ns: int | None) -> bool:
    """Whether a file's time of change is another than the one that was indexed (Unix time), to the millisecond; False for None.

    Raises:
        NotThere: as `check_there`.

    """
    now_ns = check_there(path).st_mtime_ns
    return since_ns is not None and now_ns // _MILLISECOND_NS != since_ns // _MILLISECOND_NS
