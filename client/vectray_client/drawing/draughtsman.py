"""The process that draws a map: it starts for one map and ends with it, and the person's own work goes first.

It loads scikit-learn and holds the vectors of all documents; none of that belongs in the agent, which is there for days.
"""

import os
import sys
import time
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Event
from typing import Final

from vectray_client.domain import Fault
from vectray_client.drawing.kept import EMPTY, Drawn, start_for
from vectray_client.read.lean_process import LeanContext

_NICENESS: Final = 10
_MOST_SECONDS: Final = 540.0
"""For one map, by the clock: twenty times what 5,000 documents take on a machine that does nothing else, and less than clients wait."""
_LOOK_SECONDS: Final = 0.2


class NotDrawn(Fault):
    """There is no map; the message says why."""


def draw(index_file: Path, *, most: int, last: Drawn, ending: Event) -> Drawn:
    """Return a map of at most so many documents, like the last one where it can be. Takes seconds.

    Raises:
        NotDrawn: the process ended by itself, took too long, or was ended because `ending` was set.

    """
    context = LeanContext()
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_serve, args=(theirs, index_file, most, last), daemon=True)
    process.start()
    theirs.close()
    until = time.monotonic() + _MOST_SECONDS
    try:
        while not ours.poll(_LOOK_SECONDS):
            if ending.is_set():
                raise NotDrawn("The map was not finished, because the agent ends.")
            if time.monotonic() > until:
                raise NotDrawn(f"Drawing the map took longer than {_MOST_SECONDS:.0f} s.")
        answer: Drawn | str = ours.recv()
    except (EOFError, OSError):
        raise NotDrawn("The process that draws the map has ended.") from None
    finally:
        process.kill()
        process.join()
        ours.close()
    if isinstance(answer, str):
        raise NotDrawn(answer)
    return answer


def _serve(pipe: Connection, index_file: Path, most: int, last: Drawn) -> None:
    """Run in the process that draws."""
    if sys.platform != "win32":
        os.nice(_NICENESS)
    answer: Drawn | str
    try:
        answer = _drawn(index_file, most, last)
    except ModuleNotFoundError as error:
        answer = f"{error.name} is not installed: pip install 'vectray[desktop]'."
    except Fault as error:
        answer = str(error)
    except MemoryError:
        answer = "There is not enough memory to draw the map."
    with suppress(OSError):  # nobody waits for it any more
        pipe.send(answer)


def _drawn(index_file: Path, most: int, last: Drawn) -> Drawn:
    # Imported where it runs: these libraries take seconds and 100 MB.
    from vectray_client.drawing.gathering import open_gathering  # noqa: PLC0415
    from vectray_client.drawing.grouping import grouped  # noqa: PLC0415
    from vectray_client.drawing.labelling import labels  # noqa: PLC0415
    from vectray_client.drawing.placing import framed, placed  # noqa: PLC0415

    with open_gathering(index_file) as gathering:
        documents = gathering.listed(most)
        vectors = gathering.vectors(documents)
        texts = gathering.openings(documents)
    if not documents:
        return EMPTY
    positions, side = framed(placed(vectors, earlier=start_for(documents, last)))
    groups = tuple(grouped(positions).tolist())
    return Drawn(
        documents=documents, positions=positions, side=side, groups=groups, labels=labels(texts, groups)
    )
