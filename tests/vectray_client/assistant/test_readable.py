from hypothesis import given
from hypothesis import strategies as st

from vectray_client.assistant import answers, readable
from vectray_client.domain import Chunk, FileType, FoundPassage, Hit
from vectray_client.sdk.found import Found, Reading


def hit(text: str, *, path: str = "/d/a.md", title: str = "", heading: str = "") -> Hit:
    """A found document."""
    chunk = Chunk(text=text, start=5, end=5 + len(text), heading=heading, page=3)
    return Hit(
        path=path, score=1, best=FoundPassage(chunk=chunk), file_type=FileType.PDF, modified_ns=0, title=title
    )


@given(st.text(), st.text(), st.text())
def test_every_line_of_a_document_is_marked(text: str, title: str, heading: str) -> None:
    """Nothing that a document says can pass for the server's own words."""
    shown = readable.documents(answers.documents([hit(text, title=title, heading=heading)]))
    own = [line for line in shown.splitlines() if line and not line.startswith("> ")]
    assert own == ["1. /d/a.md (pdf, changed 1970-01-01, 0 passages)", own[-1]]
    assert own[-1].startswith("[position 5, page 3")


@given(st.text(min_size=1))
def test_a_path_takes_one_line(path: str) -> None:
    """Whatever characters its name has."""
    assert len(readable.plain(path).splitlines()) == 1


@given(st.text())
def test_a_sentence_takes_one_line(named: str) -> None:
    """Whatever it names: a folder's name or an ignore file's rule cannot go on as if the server spoke."""
    explained = answers.Explained(path="/d/a", explanation=f"It is ignored by the rule {named}.", passages=0)
    found = Found(hits=(), is_fresh=True, pending=0, words_only_reason=f"{named} is away.")
    assert len(readable.explained(explained).splitlines()) == 1
    assert len(readable.documents(answers.documents((), found)).splitlines()) == 2


def test_much_text_is_bounded() -> None:
    """Thirty documents with six long passages each stay readable, and say that they are cut."""
    found = answers.documents([hit("x" * 9000)] * 30)
    assert len(readable.documents(found)) < 30_000
    assert all(passage.is_cut for document in found.documents for passage in document.passages)


def test_what_is_missing_is_said() -> None:
    """That files wait, that only words were searched, that nothing was found."""
    found = Found(hits=(), is_fresh=False, pending=7, words_only_reason="The model is away.")
    text = readable.documents(answers.documents((), found))
    assert "Nothing was found." in text
    assert "7" in text
    assert "The model is away." in text


def test_reading_goes_on_where_it_ended() -> None:
    """The passages at either end, which were read only for that, tell the positions."""
    chunks = [Chunk(text=f"passage {at}", start=100 * at, end=100 * at + 10) for at in range(5)]
    reading = Reading(
        passages=chunks,
        first=4,
        total=20,
        file_type=FileType.TEXT,
        title="",
        modified_ns=0,
        changed_reason="The file has changed since this was read.",
    )
    read = answers.excerpts("/d/a", reading, position=205, before=1, after=1)
    assert [passage.position for passage in read.passages] == [100, 200, 300]
    assert (read.first, read.previous_position, read.next_position) == (5, 0, 400)
    text = readable.excerpts(read)
    assert "position 400" in text
    assert "The file has changed since this was read." in text
