from pathlib import Path

import pytest
from tests.vectray_client.opening.desktop import Desktop


@pytest.fixture
def desktop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desktop:
    """A desktop without programs: where they are looked for is this process's environment, and none of our code."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in ("sh", "mv", "sleep"):
        (folder / tool).symlink_to(f"/bin/{tool}")
    monkeypatch.setenv("PATH", str(folder))
    return Desktop(folder)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A document whose name asks for trouble."""
    document = tmp_path / "我的 文档" / "报告 #1 100%, 'final' {line}.md"
    document.parent.mkdir()
    document.write_text("words")
    return document
