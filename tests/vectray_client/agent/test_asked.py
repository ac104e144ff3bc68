import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectray.v1 import index_pb2 as pb
from vectray_client.agent.asked import Search, Unanswerable, narrowed, path_itself, real_path, search
from vectray_client.domain import FileType
from vectray_client.nesting import lies_in, outermost
from vectray_client.searcher.question import Question
from vectray_client.store.records import Filter

PATHS = st.lists(st.sampled_from(["a", "b", "..", "."]), max_size=4).map(lambda parts: "/" + "/".join(parts))


NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
WORDS = st.sampled_from(
    ["tides", "-moon", '"high tide"', "type:pdf", "in:/a", "in:b", "name:x", "since:7d", "until:"]
)
FILTERS = st.builds(
    Filter,
    folders=st.lists(PATHS.map(os.path.normpath), max_size=3).map(lambda paths: tuple(outermost(paths))),
    file_types=st.lists(st.sampled_from([FileType.PDF, FileType.CODE]), max_size=2, unique=True).map(tuple),
    modified_since_ns=st.none() | st.integers(0, 9),
    modified_before_ns=st.none() | st.integers(0, 9),
)


def asked(request_: pb.SearchRequest) -> Search:
    """What a request asks, where two folders are indexed."""
    return search(request_, now=NOW, indexed=lambda: ["/a/b", "/c"])


def leaves(where: Filter, path: str, file_type: FileType, modified_ns: int) -> bool:
    """Whether a filter leaves a file."""
    return (
        (not where.folders or any(lies_in(path, folder) for folder in where.folders))
        and (not where.file_types or file_type in where.file_types)
        and modified_ns >= (where.modified_since_ns or 0)
        and (where.modified_before_ns is None or modified_ns < where.modified_before_ns)
    )


@given(
    st.builds(
        pb.SearchRequest,
        query=st.text(max_size=20) | st.lists(WORDS, max_size=4).map(" ".join),
        top=st.integers(0, 2**32 - 1) | st.integers(0, 9),
        folders=st.lists(st.one_of(PATHS, st.text(max_size=5)), max_size=3),
        types=st.lists(st.sampled_from([*FileType, "gif", ""]), max_size=3),
        name=st.text(max_size=3),
        since_unix_ms=st.integers(-(2**63), 2**63 - 1),
        until_unix_ms=st.integers(-(2**63), 2**63 - 1),
        more_passages=st.integers(0, 2**32 - 1) | st.integers(0, 9),
        freshness_wait_ms=st.integers(0, 2**32 - 1),
        excerpt_wait_ms=st.integers(0, 2**32 - 1),
    )
)
def test_any_request_is_a_question_or_refused(request_: pb.SearchRequest) -> None:
    """A question is bounded in every way; whatever is none ends in a sentence."""
    try:
        found = asked(request_)
    except Unanswerable as error:
        assert str(error).endswith(".")  # noqa: PT017 - both ends are right
        return
    assert found.question.meaning.strip() == found.question.meaning
    assert 1 <= found.top <= 1000
    assert 0 <= found.more_passages <= 100
    assert 0 <= found.freshness_wait_seconds <= 30
    assert 0 <= found.excerpt_wait_seconds <= 30
    assert -(2**63) <= (found.where.modified_since_ns or 0) < 2**63
    assert -(2**63) <= (found.where.modified_before_ns or 0) < 2**63


@given(FILTERS, FILTERS, st.sampled_from(["/a/b/x", "/b/x", "/x", "/a/x"]), st.integers(0, 9))
def test_a_question_and_its_call_narrow_together(
    call: Filter, own: Filter, path: str, modified_ns: int
) -> None:
    """A file is left by both filters together if each of them leaves it, and no place is searched twice."""
    question = Question(
        file_types=own.file_types, since_ns=own.modified_since_ns, before_ns=own.modified_before_ns
    )
    both = narrowed(call, question, own.folders)
    for file_type in FileType:
        assert leaves(both, path, file_type, modified_ns) == (
            leaves(call, path, file_type, modified_ns) and leaves(own, path, file_type, modified_ns)
        )
    assert sum(lies_in(path, folder) for folder in both.folders) <= 1


def test_a_folder_is_named_as_people_do(tmp_path: Path) -> None:
    """By its path, by a link to it, from the home folder, or by the name of an indexed one, and what lies below."""
    (tmp_path / "link").symlink_to(tmp_path)
    places = {
        f'in:"{tmp_path}/link" x': str(tmp_path),
        "in:~ x": os.path.realpath(Path.home()),
        "in:B x": "/a/b",
        "in:c/d/ x": "/c/d",
    }
    for query, place in places.items():
        assert asked(pb.SearchRequest(query=query)).where.folders == (place,)
    with pytest.raises(Unanswerable, match=r"^No indexed folder is called 'd'\.$"):
        asked(pb.SearchRequest(query="in:d x"))


def test_a_question_may_have_filters_alone() -> None:
    """Then it asks for what they leave; nothing at all is no question."""
    assert asked(pb.SearchRequest(query="type:pdf")).question.meaning == ""
    assert asked(pb.SearchRequest(types=["pdf"])).where.file_types == (FileType.PDF,)
    with pytest.raises(Unanswerable, match=r"^The query is empty\.$"):
        asked(pb.SearchRequest(query=" \n"))


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
