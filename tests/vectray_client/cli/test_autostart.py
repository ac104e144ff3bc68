import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from vectray_client.autostart.standing import Standing
from vectray_client.cli.autostart import told


def test_how_things_stand_is_told_in_a_line() -> None:
    """Where nothing was ever asked for there is nothing to explain; else the place and the reason are named."""
    assert (
        told(Standing(is_on=False, place="/p"), is_headless=False) == "off: the tray does not start by itself"
    )
    off = Standing(is_on=False, place="/p", reason="It is hidden.")
    assert told(off, is_headless=True) == "off: the agent does not start by itself (/p). It is hidden."
    assert (
        told(Standing(is_on=True, place="/p"), is_headless=False)
        == "on: the tray starts when you log in (/p)."
    )


@pytest.mark.slow
def test_the_command_says_what_the_system_has(tmp_path: Path) -> None:
    """On is on for whoever asks next; a place that cannot be written to is one sentence."""
    (tmp_path / "file").touch()

    def autostart(*words: str, folder: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "vectray_client", "autostart", *words],
            env={**os.environ, "XDG_CONFIG_HOME": str(tmp_path / folder)},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    assert autostart("on", folder="own").returncode == 0
    found = json.loads(autostart("--json", folder="own").stdout)
    assert found["on"] is True
    assert found["place"] == str(tmp_path / "own" / "autostart" / "vectray.desktop")
    refused = autostart("on", folder="file")
    assert refused.returncode == 2
    assert refused.stderr.count("\n") == 1
