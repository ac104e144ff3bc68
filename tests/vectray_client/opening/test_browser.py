import stat
from pathlib import Path

from vectray_client.opening.browser import is_confined, write_doorstep

URL = 'http://127.0.0.1:5000/#code=abc&q="><script>潮'


def test_the_doorstep_is_for_its_user_alone(tmp_path: Path) -> None:
    """The file and its folder can be read by nobody else, however they were before; what was written there is replaced."""
    folder = tmp_path / "run"
    folder.mkdir(mode=0o755)
    file = folder / "page.html"
    file.write_text("other", "utf-8")
    file.chmod(0o666)
    assert write_doorstep(URL, file) == file
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [path.name for path in folder.iterdir()] == ["page.html"]


def test_the_doorstep_leads_on(tmp_path: Path) -> None:
    """To the address, whose own characters are never markup."""
    text = write_doorstep(URL, tmp_path / "page.html").read_text("utf-8")
    assert 'content="0; url=http://127.0.0.1:5000/#code=abc&amp;q=&quot;&gt;&lt;script&gt;潮"' in text
    assert "<script" not in text


def test_a_confined_browser_is_known(tmp_path: Path) -> None:
    """By its desktop entry, where snap and flatpak put theirs, or by the path of its command."""
    (tmp_path / "firefox_firefox.desktop").touch()
    assert is_confined("firefox_firefox.desktop", "", folders=[tmp_path])
    assert not is_confined("firefox.desktop", "", folders=[tmp_path])
    assert not is_confined("", "", folders=[tmp_path])
    assert is_confined("", "/snap/bin/firefox", folders=[])
    assert is_confined("", "/usr/bin/snap", folders=[])
    assert is_confined("", "/var/lib/flatpak/exports/bin/org.mozilla.firefox", folders=[])
    assert not is_confined("firefox.desktop", "/usr/bin/firefox", folders=[])
