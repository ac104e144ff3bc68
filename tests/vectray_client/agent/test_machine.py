from pathlib import Path

from vectray_client.agent.machine import look_at_machine


def test_pressure_is_read_as_linux_tells_it(tmp_path: Path) -> None:
    """The share of the last ten seconds; a file that says something else, or is not there, says nothing."""
    (tmp_path / "cpu").write_text(
        "some avg10=12.50 avg60=3.10 avg300=1.00 total=1\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n"
    )
    (tmp_path / "memory").write_text("nothing of the kind")
    found = look_at_machine(tmp_path, pressure=tmp_path)
    assert (found.cpu_pressure_percent, found.memory_pressure_percent) == (12.5, None)
    assert look_at_machine(tmp_path, pressure=tmp_path / "missing").cpu_pressure_percent is None


def test_the_disk_of_the_index_is_looked_at(tmp_path: Path) -> None:
    """Its free bytes; nothing for a folder that is not there."""
    found = look_at_machine(tmp_path).disk_free_bytes
    assert found is not None
    assert found > 0
    assert look_at_machine(tmp_path / "missing").disk_free_bytes is None
