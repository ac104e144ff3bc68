"""A folder that is looked after: where to look next, and what came of the last look."""

from collections.abc import Callable
from dataclasses import dataclass, field

from vectray_client.domain import Fault
from vectray_client.indexer.retrying import Trials
from vectray_client.watch.backoff import Backoff
from vectray_client.watch.place import Place

_LOST = Backoff(first_seconds=5.0, longest_seconds=60.0)
"""Between two looks at a folder that cannot be looked at. Where it comes back from elsewhere, the watcher says so at once."""
Tell = Callable[[int | Fault], None]
"""Takes how many files were new or changed, or why the folder could not be looked at."""


@dataclass(slots=True, kw_only=True, eq=False)
class Ward:
    """A folder that is looked after."""

    places: dict[Place, None] = field(default_factory=dict)
    """Parts of it that are to be looked at, in order."""
    is_under_way: bool = False
    is_far: bool = False
    """Whether that is a look at a whole directory; one at a few files that were saved is over at once."""
    doubted: frozenset[str] = frozenset()
    """Files that the last look took for gone and that were there all the same."""
    suspects: int = 0
    """How many files were found to be not what the queue says, since they were last looked at."""
    asked: "list[Tell]" = field(default_factory=list)
    """Who wants to hear of the next look at all of it."""
    lost_reason: str = ""
    """Why it cannot be looked at; nothing in it is read or forgotten until it can."""
    trials: Trials = field(default_factory=lambda: Trials(_LOST))
