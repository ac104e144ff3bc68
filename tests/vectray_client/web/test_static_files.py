from pathlib import Path

import pytest

from vectray_client.speaking.sentences import SENTENCES_FILE
from vectray_client.web.refusals import Refused
from vectray_client.web.static_files import StaticFiles


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A page of two files, beside a secret."""
    folder = tmp_path / "static"
    (folder / "in").mkdir(parents=True)
    (folder / "index.html").write_text("<p>page", "utf-8")
    (folder / "in" / "main.js").write_text("1", "utf-8")
    (tmp_path / "secret").write_text("secret", "utf-8")
    (folder / "link").symlink_to(tmp_path / "secret")
    return folder


def test_a_file_has_its_type_and_its_mark(folder: Path) -> None:
    """A browser that has it already is only told so, until it is another one."""
    files = StaticFiles(folder)
    first = files.answer("in/main.js")
    assert (first.body, first.media_type) == (b"1", "text/javascript")
    assert files.answer("index.html").media_type == "text/html"
    tag = first.headers["etag"]
    for known in (tag, f"W/{tag}", f'"other", {tag}'):
        again = files.answer("in/main.js", known_tag=known)
        assert (again.status_code, again.body, again.headers["etag"]) == (304, b"", tag)
    (folder / "in" / "main.js").write_text("2", "utf-8")
    assert files.answer("in/main.js", known_tag=tag).body == b"2"
    assert first.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "name",
    ["", ".", "in", "in/", "../secret", "in/../index.html", "link", "/etc/passwd", "index.html\0", "nothing"],
)
def test_only_its_files_are_there(folder: Path, name: str) -> None:
    """A name is one of the files' or nothing: no folder, no link, no way round."""
    with pytest.raises(Refused) as refused:
        StaticFiles(folder).answer(name)
    assert refused.value.status == 404


def test_without_a_page_there_is_none(tmp_path: Path) -> None:
    """A folder that is not there has no files."""
    with pytest.raises(Refused):
        StaticFiles(tmp_path / "nowhere").answer("index.html")


def test_the_sentences_are_those_of_all_programs() -> None:
    """The page's table of the agent's sentences is the very file that Python reads."""
    answer = StaticFiles().answer("words/sentences_zh.json")
    assert answer.body == SENTENCES_FILE.read_bytes()
    assert answer.media_type == "application/json"
