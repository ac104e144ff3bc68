import shutil
import subprocess

import pytest
import write_launcher

from vectray_client.cli.main import vectray

VALIDATE = shutil.which("desktop-file-validate")
APPSTREAM = shutil.which("appstreamcli")
METAINFO = write_launcher.LAUNCHER.with_name("vectray.metainfo.xml")


def test_the_launcher_is_the_one_that_is_written() -> None:
    """Nobody has edited it by hand."""
    assert write_launcher.LAUNCHER.read_text("utf-8") == write_launcher.launcher()


def test_what_is_launched_is_a_command() -> None:
    """The launcher and its actions call commands that there are."""
    lines = [line for line in write_launcher.launcher().split("\n") if line.startswith("Exec=")]
    assert len(lines) == 5
    with vectray.make_context("vectray", ["status"]) as context:
        commands = {*vectray.list_commands(context), "tray"}
    assert {line.split(" ")[1] for line in lines} <= commands


@pytest.mark.skipif(VALIDATE is None, reason="desktop-file-validate is not there")
def test_the_launcher_is_valid() -> None:
    """The tool of freedesktop.org has nothing to say."""
    assert VALIDATE is not None
    done = subprocess.run([VALIDATE, write_launcher.LAUNCHER], capture_output=True, check=True, timeout=30)
    assert done.stdout == b""


@pytest.mark.skipif(APPSTREAM is None, reason="appstreamcli is not there")
def test_what_software_shops_show_is_valid() -> None:
    """But for the name: the project has no domain of its own that it could be made from."""
    assert APPSTREAM is not None
    done = subprocess.run(
        [APPSTREAM, "validate", "--no-net", "--no-color", METAINFO],
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    complaints = [line for line in done.stdout.splitlines() if line[:2] in {"E:", "W:"}]
    assert [line for line in complaints if "cid-desktopapp-is-not-rdns" not in line] == []
    assert done.stdout
