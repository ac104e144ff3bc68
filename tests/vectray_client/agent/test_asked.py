import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectray.v1 import index_pb2 as pb
from vectray_client.agent.asked import Unanswerable, path_itself, question, real_path
from vectray_client.domain import FileType
from vectray_client.nesting import lies_in

PATHS = st.lists(st.sampled_from(["a", "b", "..", "."]), max_size=4).map(lambda parts: "/" + "/".join(parts))


@given(
    st.builds(
        pb.SearchRequest,
        query=st.text(max_size=20),
        top=st.integers(0, 2**32 - 1),
        folders=st.lists(st.one_of(PATHS, st.text(max_size=5)), max_size=3),
        types=st.lists(st.sampled_from([*FileType, "gif", ""]), max_size=3),
        since_unix_ms=st.integers(-(2**63), 2**63 - 1),
        until_unix_ms=st.integers(-(2**63), 2**63 - 1),
        freshness_wait_ms=st.integers(0, 2**32 - 1),
    )
)
def test_any_request_is_a_question_or_refused(request_: pb.SearchRequest) -> None:
    """A question is bounded in every way; whatever is none ends in a sentence."""
    try:
        asked = question(request_)
    except Unanswerable as error:
        assert str(error).endswith(".")  # noqa: PT017 - both ends are right
        return
    assert asked.words.strip() == asked.words != ""
    assert 1 <= asked.top <= 1000
    assert 0 <= asked.freshness_wait_seconds <= 30
    assert -(2**63) <= (asked.where.modified_since_ns or 0) < 2**63
    assert -(2**63) <= (asked.where.modified_before_ns or 0) < 2**63


@given(st.lists(PATHS, max_size=5), st.lists(st.sampled_from([FileType.PDF, FileType.CODE]), max_size=3))
def test_the_places_of_a_question_share_no_file(folders: list[str], types: list[FileType]) -> None:
    """Each file that was asked about is in exactly one of them, and of a type in question."""
    where = question(pb.SearchRequest(query="x", folders=folders, types=types)).where
    for path in ("/a/b/x", "/b/x", "/x"):
        for kind in (FileType.PDF, FileType.HTML):
            is_asked = not folders or any(lies_in(path, os.path.normpath(folder)) for folder in folders)
            is_asked = is_asked and (not types or kind in types)
            holding = sum(lies_in(path, folder) for folder in where.folders or ("/",))
            is_fitting = not where.file_types or kind in where.file_types
            assert holding * is_fitting == is_asked


def test_links_are_resolved_but_for_one_that_is_meant_itself(tmp_path: Path) -> None:
    """A folder is known by its real path; a link to a file is explained as the link."""
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "real" / "file").symlink_to("/nowhere")
    assert real_path(f"{tmp_path}/link/") == str(tmp_path / "real")
    assert path_itself(f"{tmp_path}/link/file") == str(tmp_path / "real" / "file")
    assert path_itself(f"{tmp_path}/link") == str(tmp_path / "link")
    assert path_itself("/") == "/"
    with pytest.raises(Unanswerable):
        path_itself("relative")
