import os
from pathlib import Path

import click
import pytest

from vectray_client.cli.arguments import FOLDER, WORDS


def test_a_folder_becomes_its_real_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Links, dots and the current directory make no second name for a folder; it need not exist."""
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    monkeypatch.chdir(tmp_path)
    for name in ("real", "link", "./link/", "link/../real"):
        assert FOLDER.convert(name, None, None) == str(tmp_path / "real")
    assert FOLDER.convert("missing", None, None) == str(tmp_path / "missing")


@pytest.mark.parametrize("name", ["", os.fsdecode(b"\xff"), os.fsdecode(b"/tmp/\xe4")])
def test_what_names_no_folder_is_refused(name: str) -> None:
    """Nothing is not the current directory, and the index holds UTF-8 only."""
    with pytest.raises(click.BadParameter):
        FOLDER.convert(name, None, None)


def test_a_link_to_an_unspeakable_name_is_refused(tmp_path: Path) -> None:
    """What counts is the real path."""
    (tmp_path / "link").symlink_to(os.fsdecode(b"\xff"))
    with pytest.raises(click.BadParameter):
        FOLDER.convert(str(tmp_path / "link"), None, None)


@pytest.mark.parametrize("text", ["", " ", os.fsdecode(b"\xff")])
def test_words_say_something(text: str) -> None:
    """An empty text is no name, and bytes are no text."""
    with pytest.raises(click.BadParameter):
        WORDS.convert(text, None, None)
    assert WORDS.convert("名字", None, None) == "名字"
