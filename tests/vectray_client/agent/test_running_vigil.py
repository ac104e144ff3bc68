from pathlib import Path

from vectray_client.agent.machine import Lookout
from vectray_client.agent.running import Vigil


def test_the_backlog_steps_aside_for_a_question(tmp_path: Path) -> None:
    """From a question on, at once, the model is asked for one thing at a time."""
    vigil = Vigil(Lookout(tmp_path, daemon_pid=tmp_path / "none"))
    vigil.note_question()
    assert vigil.pace().calls <= 1
