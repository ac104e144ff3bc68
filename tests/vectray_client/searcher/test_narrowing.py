from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectray_client.domain import FileType
from vectray_client.nesting import lies_in
from vectray_client.searcher.narrowing import folders_called, narrowed
from vectray_client.searcher.question import located, question_of
from vectray_client.store.records import EVERYTHING, Filter

NOW = datetime(2026, 11, 22, tzinfo=UTC)
INDEXED = ("/home/anna/Documents", "/home/anna/文档/項目", "/srv/documents")


def narrow(text: str, where: Filter = EVERYTHING) -> Filter:
    """The filter for a question that is asked beside another one."""
    return narrowed(where, question_of(text, now=NOW), indexed=INDEXED)


@given(st.text(max_size=30).filter(lambda text: not {":", "："} & set(text)))
def test_a_question_without_filters_narrows_nothing(text: str) -> None:
    """What was asked beside it stays as it was."""
    where = Filter(folders=("/a",), file_types=(FileType.PDF,), modified_since_ns=3, name="x")
    assert narrow(text, where) == where


def test_filters_of_both_hold() -> None:
    """Folders and types add up, without folders that lie in others; times close in from both sides."""
    where = Filter(
        folders=("/a", "/b/c"), file_types=(FileType.PDF,), modified_since_ns=1, modified_before_ns=2**62
    )
    found = narrow("type:md in:/b since:2026-01-01 until:2026-01-31 name:Report sea", where)
    assert found == Filter(
        folders=("/a", "/b"),
        file_types=(FileType.PDF, FileType.MARKDOWN),
        modified_since_ns=int(datetime(2026, 1, 1, tzinfo=UTC).timestamp()) * 10**9,
        modified_before_ns=int(datetime(2026, 2, 1, tzinfo=UTC).timestamp()) * 10**9,
        name="report",
    )


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("documents", ["/home/anna/Documents", "/srv/documents"]),
        ("anna/documents/", ["/home/anna/Documents"]),
        ("项目", ["/home/anna/文档/項目"]),
        ("/nowhere/at/all", ["/nowhere/at/all"]),
    ],
)
def test_folders_are_known_by_their_names(said: str, expected: list[str]) -> None:
    """Nobody types whole paths."""
    assert folders_called(said, INDEXED) == expected


@pytest.mark.parametrize("said", ["ocuments", "home", ".", "..", "x\0"])
def test_a_name_that_no_folder_has_leaves_nothing(said: str) -> None:
    """Rather nothing than everything: that would look like an answer."""
    (folder,) = folders_called(said, INDEXED)
    assert not any(lies_in(indexed, folder) or lies_in(folder, indexed) for indexed in INDEXED)


def test_folders_behind_links_are_the_real_ones(tmp_path: Path) -> None:
    """The index knows no others."""
    (tmp_path / "link").symlink_to(tmp_path)
    assert folders_called(str(tmp_path / "link" / "x"), ()) == [str(tmp_path / "x")]


def test_a_question_that_goes_elsewhere_takes_its_folders_along() -> None:
    """All else in it stays as it was typed."""
    text = 'sea "in:quotes" in:notes 位置：「我的 笔记」 in: -in:x type:pdf'
    there = located(text, lambda said: f"/here/{said}")
    assert there == 'sea "in:quotes" in:"/here/notes" in:"/here/我的 笔记" in: -in:x type:pdf'
    assert question_of(there, now=NOW).folders == ("/here/notes", "/here/我的 笔记")
