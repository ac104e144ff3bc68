import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectrayd.transport.doors import UnsafeDoor
from vectrayd.transport.tokens import Token, token_of


def test_a_token_is_made_once_and_for_its_user_alone(tmp_path: Path) -> None:
    """256 bits in a file of mode 0600, whatever the umask; the next start finds the same."""
    file = tmp_path / "new folder" / "token"
    before = os.umask(0)
    try:
        made = token_of(file)
    finally:
        os.umask(before)
    text = file.read_text("ascii").strip()
    assert len(text) * 6 >= 256
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert made.fits(f"Bearer {text}")
    assert token_of(file).fits(f"Bearer {text}")
    assert token_of(tmp_path / "another").fits(f"Bearer {text}") is False


@given(st.text(max_size=60))
def test_only_the_token_fits(given_text: str) -> None:
    """Nothing but the header's exact value fits, and no value breaks the comparison."""
    token = Token("0123456789abcdef")
    assert not token.fits(given_text)
    assert not token.fits(f"Bearer {given_text}")
    assert token.fits("Bearer 0123456789abcdef")
    assert not token.fits(None)


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o666])
def test_a_token_that_others_can_read_is_none(tmp_path: Path, mode: int) -> None:
    """The daemon refuses to listen with a token that is no secret, and names the file."""
    file = tmp_path / "token"
    token_of(file)
    file.chmod(mode)
    with pytest.raises(UnsafeDoor, match="token must be a file of this user"):
        token_of(file)


@pytest.mark.parametrize(
    "content", [b"", b"short\n", b"two words of some length", b"\xff" * 40, b"line\nline" * 9]
)
def test_a_file_without_a_token_is_refused(tmp_path: Path, content: bytes) -> None:
    """A damaged file opens no door, least of all one without a token."""
    file = tmp_path / "token"
    file.write_bytes(content)
    file.chmod(0o600)
    with pytest.raises(UnsafeDoor, match="holds no token"):
        token_of(file)


def test_a_token_shows_nowhere() -> None:
    """Neither printing nor formatting a token gives it away."""
    assert "0123456789abcdef" not in repr(Token("0123456789abcdef")) + str(Token("0123456789abcdef"))


@pytest.mark.timeout(5)
def test_what_is_no_file_is_refused_at_once(tmp_path: Path) -> None:
    """A named pipe in the token's place is not waited for, nor is a folder read."""
    os.mkfifo(tmp_path / "pipe", 0o600)
    (tmp_path / "folder").mkdir()
    for name in ("pipe", "folder"):
        with pytest.raises(UnsafeDoor):
            token_of(tmp_path / name)
