from dataclasses import replace
from pathlib import Path

import pytest
from tests.vectray_client.cli.hits import PLAIN
from tests.vectray_client.opening.desktop import Desktop

from vectray_client.cli.hits_opened import NoSuchHit, act_on


@pytest.fixture
def desktop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desktop:
    """A desktop with one editor, which is all that is on PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in ("sh", "mv"):
        (folder / tool).symlink_to(f"/bin/{tool}")
    monkeypatch.setenv("PATH", str(folder))
    desktop = Desktop(folder)
    desktop.install("editor")
    desktop.install("xdg-open")
    return desktop


def test_the_document_of_that_number_is_opened_at_its_place(
    desktop: Desktop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And the person hears that it has changed since."""
    file = tmp_path / "潮.md"
    file.write_text("x")
    hits = [PLAIN, replace(PLAIN, path=str(file))]
    act_on(hits, to_open=2, to_reveal=2, open_with=["editor {path}:{line}"])
    assert desktop.wait_started("editor") == [f"{file}:7"]
    assert desktop.wait_started("xdg-open") == [str(tmp_path)]
    assert "潮.md has changed since it was indexed" in capsys.readouterr().err


def test_a_number_that_nothing_has_is_refused(desktop: Desktop) -> None:
    """Nothing else is opened in its place; where nothing was found, that has been said."""
    with pytest.raises(NoSuchHit, match="There is no document 2: 1 document found"):
        act_on([PLAIN], to_open=2, to_reveal=None, open_with=["editor {path}"])
    act_on([], to_open=1, to_reveal=1, open_with=["editor {path}"])
    assert not desktop.was_started("editor")
