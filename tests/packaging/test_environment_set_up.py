"""The whole way from nothing to an installed project, with a real pip and without any network.

The project is a tiny one that builds itself, and its torch an empty wheel in a folder.
"""

import os
from pathlib import Path

import pytest
from environment import Environment, SetUpError, read_stamp, set_up
from tests.packaging.wheels import put_torch_wheel

PYPROJECT = """\
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
"""
BACKEND = """\
import zipfile

def build_editable(folder, settings=None, metadata=None):
    about = "vectray-1.dist-info"
    with zipfile.ZipFile(folder + "/vectray-1-py3-none-any.whl", "w") as wheel:
        requires = "Requires-Dist: torch>=2; extra == 'all'\\nRequires-Dist: {absent}; extra == 'broken'\\n"
        extras = "Provides-Extra: all\\nProvides-Extra: broken\\n"
        wheel.writestr(about + "/METADATA", "Metadata-Version: 2.1\\nName: vectray\\nVersion: 1\\n" + extras + requires)
        wheel.writestr(about + "/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(about + "/RECORD", "")
    return "vectray-1-py3-none-any.whl"
""".replace("{absent}", "vectray-that-is-nowhere")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The tiny project, and a pip that knows no other place than a folder of wheels."""
    (tmp_path / "wheels").mkdir()
    put_torch_wheel(tmp_path / "wheels", "2.1.0+cpu")
    root = tmp_path / "一个 project"
    (root / "packaging").mkdir(parents=True)
    (root / "pyproject.toml").write_text(PYPROJECT)
    (root / "backend.py").write_text(BACKEND)
    (root / "packaging" / "constraints.txt").write_text("torch==2.1.0\n")
    for name in ("PIP_CONSTRAINT", "PIP_EXTRA_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", (tmp_path / "wheels").as_uri())
    return root


def installed(environment: Environment) -> set[str]:
    """Names and versions of what is installed, without pip's own."""
    names = {path.name.removesuffix(".dist-info") for path in environment.folder.rglob("*.dist-info")}
    return {name for name in names if not name.startswith(("pip-", "setuptools-"))}


@pytest.mark.slow
def test_an_environment_is_made_kept_and_mended(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A failure is explained and needs no cleaning up; what is complete is left alone; what was killed is made anew."""
    environment = Environment(folder=project / ".venv")
    with pytest.raises(SetUpError, match="no release that fits"):
        set_up(extras=["all", "broken"], root=project)
    assert "there is none yet" in capsys.readouterr().out
    assert read_stamp(environment) is None

    assert set_up(extras=["all"], root=project) == environment
    assert "Making" not in capsys.readouterr().out
    assert installed(environment) == {"vectray-1", "torch-2.1.0+cpu"}

    set_up(extras=["all"], root=project)
    assert capsys.readouterr().out == ""

    (environment.folder / "half-written").touch()
    environment.unfinished.touch()
    set_up(extras=["all"], root=project)
    assert "interrupted" in capsys.readouterr().out
    assert not (environment.folder / "half-written").exists()
    assert installed(environment) == {"vectray-1", "torch-2.1.0+cpu"}
