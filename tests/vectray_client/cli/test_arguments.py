import os
from pathlib import Path

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectray_client.cli.arguments import FOLDER, PLACE, SPAN, WORDS


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


@given(st.integers(1, 10**9), st.sampled_from("smhd"))
def test_a_time_is_understood_or_refused(count: int, unit: str) -> None:
    """A number and a unit are seconds, of a year at most."""
    seconds = count * {"s": 1, "m": 60, "h": 3600, "d": 86400}[unit]
    try:
        assert SPAN.convert(f"{count}{unit}", None, None) == seconds
    except click.BadParameter:
        assert seconds > 366 * 86400


@pytest.mark.parametrize("word", ["", "0s", "-1h", "1w", "h", "1.5h", "²h", "99999999999d"])
def test_what_is_no_time_is_refused(word: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(click.BadParameter, match="no time such as"):
        SPAN.convert(word, None, None)


def test_a_place_may_be_a_link_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Links above it are resolved, it is not; `.` and `..` are what they lead to."""
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    monkeypatch.chdir(tmp_path / "link")
    assert PLACE.convert("file", None, None) == str(tmp_path / "real" / "file")
    assert PLACE.convert("../link/", None, None) == str(tmp_path / "link")
    assert PLACE.convert(".", None, None) == str(tmp_path / "real")
    assert PLACE.convert("..", None, None) == str(tmp_path)
    assert PLACE.convert("/", None, None) == "/"
    for bad in ("", os.fsdecode(b"a/\xff")):
        with pytest.raises(click.BadParameter):
            PLACE.convert(bad, None, None)
