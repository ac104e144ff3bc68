import pickle
from collections.abc import Callable
from copy import deepcopy

import pytest

from vectray_client.adapters.kept import Kept
from vectray_client.sdk.errors import AgentUnavailable, RequestRefused


class Line:
    """A connection that can be told to be lost."""

    opened = 0

    def __init__(self) -> None:
        Line.opened += 1
        self.number = Line.opened
        self.is_closed = False

    def close(self) -> None:
        """As a real one."""
        self.is_closed = True


def lost_until(number: int) -> Callable[[Line], int]:
    """A question that only the connection with this number answers, or a later one."""

    def ask(line: Line) -> int:
        if line.number < number:
            raise AgentUnavailable("The agent has ended.")
        return line.number

    return ask


def test_a_connection_is_opened_when_it_is_needed_and_kept() -> None:
    """Not before the first question, and once for all of them; one that was closed is opened again."""
    Line.opened = 0
    kept = Kept(Line)
    assert Line.opened == 0
    assert [kept.ask(lambda line: line.number) for _ in range(3)] == [1, 1, 1]
    kept.close()
    assert kept.ask(lambda line: line.number) == 2


def test_a_lost_connection_is_opened_anew_once() -> None:
    """What was asked over it is asked again; if that is lost as well, whoever asked is told. A refusal is no loss."""
    Line.opened = 0
    kept = Kept(Line)
    assert kept.ask(lost_until(2)) == 2
    with pytest.raises(AgentUnavailable):
        kept.ask(lost_until(9))
    opened = Line.opened

    def refuse(_: Line) -> None:
        raise RequestRefused("No.", reason="TEST")

    with pytest.raises(RequestRefused):
        kept.ask(refuse)
    assert Line.opened == opened


def test_copies_begin_without_a_connection() -> None:
    """What is pickled or copied opens one of its own."""
    Line.opened = 0
    kept = Kept(Line)
    kept.ask(lambda line: line.number)
    for copy in (deepcopy(kept), pickle.loads(pickle.dumps(kept))):  # noqa: S301 - made a moment ago
        assert copy.ask(lambda line: line.number) == Line.opened > 1
