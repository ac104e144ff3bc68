from pathlib import Path

from vectray_client.agent.machine import Lookout
from vectray_client.agent.pace import Machine


def looked(index: Path, *, pressure: Path) -> Machine:
    """The first look."""
    return Lookout(index, daemon_pid=index / "missing", pressure=pressure).look()


def test_pressure_is_read_as_linux_tells_it(tmp_path: Path) -> None:
    """The share of the last ten seconds; a file that says something else, or is not there, says nothing."""
    (tmp_path / "cpu").write_text(
        "some avg10=12.50 avg60=3.10 avg300=1.00 total=1\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n"
    )
    (tmp_path / "memory").write_text("nothing of the kind")
    found = looked(tmp_path, pressure=tmp_path)
    assert (found.cpu_pressure_percent, found.memory_pressure_percent) == (12.5, None)
    assert looked(tmp_path, pressure=tmp_path / "missing").cpu_pressure_percent is None


def test_the_disk_of_the_index_is_looked_at(tmp_path: Path) -> None:
    """Its free bytes; nothing for a folder that is not there."""
    found = looked(tmp_path, pressure=tmp_path).disk_free_bytes
    assert found is not None
    assert found > 0
    assert looked(tmp_path / "missing", pressure=tmp_path).disk_free_bytes is None


def test_others_are_counted_from_the_second_look_on(tmp_path: Path) -> None:
    """A share of something needs two looks."""
    lookout = Lookout(tmp_path, daemon_pid=tmp_path / "missing")
    assert lookout.look().others_percent is None
    assert lookout.look().others_percent is not None
