from hypothesis import given
from hypothesis import strategies as st

from vectray_client.domain import FileType
from vectray_client.sdk.surveyed import Skipped
from vectray_client.surveying.tally import Tally, text_bytes


@given(st.lists(st.tuples(st.sampled_from(FileType), st.integers(0, 10**9))))
def test_files_and_bytes_add_up(files: list[tuple[FileType, int]]) -> None:
    """Whatever types they are of; their text is never said to be more than they are."""
    tally = Tally()
    for file_type, size in files:
        tally.take(file_type, size)
    assert (tally.files, tally.size_bytes) == (len(files), sum(size for _, size in files))
    assert 0 <= text_bytes(tally.bytes_of) <= tally.size_bytes


def test_what_is_left_out_is_told_once_for_each_reason() -> None:
    """The commonest first, as a sentence, with the first example that was met."""
    tally = Tally()
    for path, reason in (("/a", "it is empty"), ("/b", "It is closed."), ("/c", "It is closed.")):
        tally.leave(path, reason)
    assert tally.skipped == (
        Skipped(reason="It is closed.", files=2, example="/b"),
        Skipped(reason="It is empty.", files=1, example="/a"),
    )


def test_plain_text_is_all_text_and_slides_are_not() -> None:
    """Pictures are most of what a presentation or a PDF weighs."""
    assert text_bytes({FileType.MARKDOWN: 1000, FileType.CODE: 500}) == 1500
    assert text_bytes({FileType.PPTX: 1_000_000}) < text_bytes({FileType.PDF: 1_000_000}) < 100_000
