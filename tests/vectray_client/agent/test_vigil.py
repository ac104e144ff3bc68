from pathlib import Path

from vectray_client.agent.machine import Lookout
from vectray_client.agent.vigil import Vigil


def test_the_backlog_steps_aside_for_a_question(tmp_path: Path) -> None:
    """From a question on, at once, the model is asked for one thing at a time."""
    vigil = Vigil(Lookout(tmp_path, daemon_pid=tmp_path / "none"))
    vigil.note_question()
    assert vigil.pace().calls <= 1


def test_who_wants_full_speed_gets_it_at_the_next_question_for_the_pace(tmp_path: Path) -> None:
    """Whatever slows a machine like this one, but for short memory and a full disk; where nothing does, nobody hurries."""
    vigil = Vigil(Lookout(tmp_path, daemon_pid=tmp_path / "none"))
    slowed = vigil.pace().reason
    vigil.hurry()
    pace = vigil.pace()
    assert pace.is_hurried == (
        slowed not in ("", "slowed: memory is short", "stopped: the disk is almost full")
    )
