import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest
from starting import complaint

SCRIPTS = Path(__file__).parent.parent.parent / "packaging"
READ_BY_OLD_PYTHONS = ("starting.py", "quickstart.py", "check.py")


@pytest.mark.parametrize("version", [(3, 6, 15), (3, 9, 2), (3, 10, 13)])
def test_an_old_python_is_told_which_one_is_needed(version: tuple[int, ...]) -> None:
    """The sentence names the version that is needed and the one that was found, whatever else may be missing."""
    sentence = complaint(version, "ensurepip")
    assert "3.11" in sentence
    assert ".".join(map(str, version)) in sentence
    assert "\n" not in sentence


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 14, 1), (4, 0, 0)])
def test_a_new_python_that_has_everything_is_left_in_peace(version: tuple[int, ...]) -> None:
    """From 3.11 on there is nothing to complain about."""
    assert complaint(version, "") == ""


@pytest.mark.parametrize("script", ["quickstart.py", "check.py"])
def test_a_python_without_ensurepip_is_told_what_to_install(script: str, tmp_path: Path) -> None:
    """As Debian ships Python: one sentence that names the package, no traceback, exit code 1."""
    (tmp_path / "ensurepip.py").write_text("raise ModuleNotFoundError('ensurepip')\n")
    done = subprocess.run(
        [sys.executable, SCRIPTS / script],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert "python3-venv" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("name", READ_BY_OLD_PYTHONS)
def test_old_pythons_can_read_what_they_are_started_with(name: str) -> None:
    """What runs before the sentence is syntax of Python 3.6, and imports nothing that is not."""
    tree = ast.parse((SCRIPTS / name).read_text(encoding="utf-8"), feature_version=(3, 6))
    imported = {alias.name for node in tree.body if isinstance(node, ast.Import) for alias in node.names}
    assert imported <= {"sys", "starting"}
    assert not [node for node in tree.body if isinstance(node, ast.ImportFrom)]
