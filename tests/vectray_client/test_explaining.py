import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.vectray_client.store.documents import MODEL, document, index_path, put, vector_of

from vectray_client.domain import Changes, FileState, FileType, KnownFile, Refusal, Verdict
from vectray_client.explaining import Facts, Kind, explain, gather
from vectray_client.freshness import Scope
from vectray_client.store.records import Counts
from vectray_client.store.store import Store, open_store
from vectray_client.watch.rules import Rule, Rules
from vectray_client.watch.states import file_state

NOON_NS = 1_790_000_000_000_000_000
KNOWN = KnownFile(state=FileState(1, NOON_NS, 1, 1), sha256="a" * 64)
FILE = Facts(kind=Kind.FILE, folder="/d", model="m")
COUNTS = Counts(files=12, chunks=1, vectors=9, skipped=2, problems=0)


def refused(verdict: Verdict, reason: str) -> KnownFile:
    """A file that has no passages for this reason."""
    return replace(KNOWN, refusal=Refusal(verdict=verdict, reason=reason))


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        (replace(FILE, is_own=True), "It belongs to Vectray itself and is never indexed."),
        (
            replace(FILE, folder=None),
            "It lies outside every indexed folder; `vectray index FOLDER` adds one.",
        ),
        (
            replace(FILE, is_left_out=True),
            "It was forgotten on request and is left out since then; `vectray rescan` of that very path takes it in again.",
        ),
        (
            replace(FILE, ignored=Rule(pattern="*.log", source="/d/.vectrayignore", line=3)),
            "It is ignored by the rule *.log (/d/.vectrayignore, line 3).",
        ),
        (
            replace(FILE, ignored=Rule(pattern=".git", source="default", line=1)),
            "It is ignored by the rule .git (a default).",
        ),
        (
            replace(FILE, folder_reason="The folder /d is out of reach: gone.", chunks=2),
            "Its folder is not looked at now: the folder /d is out of reach: gone; what was read before is still found: 2 passages.",
        ),
        (
            replace(FILE, unreachable=Refusal(verdict=Verdict.FAILED, reason="It cannot be looked at: no.")),
            "It could not be looked at: it cannot be looked at: no.",
        ),
        (
            replace(FILE, kind=Kind.HIDDEN, hindrance="Permission denied"),
            "It could not be looked at: permission denied.",
        ),
        (replace(FILE, kind=Kind.NOTHING), "It does not exist."),
        (
            replace(FILE, kind=Kind.NOTHING, known=KNOWN, chunks=1),
            "It does not exist any more and will be forgotten at the next look.",
        ),
        (replace(FILE, kind=Kind.LINK), "It is a link, and links are not followed."),
        (replace(FILE, kind=Kind.OTHER), "It is not an ordinary file."),
        (FILE, "It has not been looked at yet."),
        (
            replace(FILE, pause="Indexing is paused until `vectray resume`."),
            "It has not been looked at yet; indexing is paused until `vectray resume`.",
        ),
        (
            replace(FILE, place_in_queue=3, queued=40),
            "It waits to be read, as number 3 of 40.",
        ),
        (
            replace(FILE, place_in_queue=1, queued=1, known=KNOWN, chunks=4, pause="It is so."),
            "It waits to be read, as number 1 of 1; an older version of it is found: 4 passages; it is so.",
        ),
        (
            replace(FILE, known=refused(Verdict.SKIPPED, "it is empty")),
            "It is left out: it is empty.",
        ),
        (
            replace(FILE, known=refused(Verdict.FAILED, "it broke it"), chunks=1),
            "It could not be read: it broke it; what was read before is still found: 1 passage; it is tried again when it changes.",
        ),
        (
            replace(FILE, known=KNOWN, chunks=18, chunks_waiting=5),
            "It is read and found by words; 5 of 18 passages wait for the model m.",
        ),
        (
            replace(FILE, kind=Kind.FOLDER, counts=COUNTS, queued=4),
            "It is a folder: 12 files with 1 passage indexed, 4 waiting to be read, 2 left out, 0 with problems.",
        ),
    ],
)
def test_each_case_has_its_sentence(facts: Facts, sentence: str) -> None:
    """The first obstacle is named, exactly; the number of passages goes along."""
    answer = explain(facts)
    assert (answer.sentence, answer.chunks) == (sentence, facts.chunks)


def test_what_is_indexed_says_as_of_when() -> None:
    """Passages, model, and the time of the version that was read, which need not be the file's latest."""
    sentence = explain(replace(FILE, known=KNOWN, chunks=18)).sentence
    assert sentence.startswith("It is indexed: 18 passages, by the model m, as saved on 2026-09-")


REASON = st.one_of(st.just(""), st.text("ab. ", min_size=1).map(lambda text: f"T{text}."))


@given(
    st.builds(
        Facts,
        kind=st.sampled_from(Kind),
        hindrance=REASON,
        is_own=st.booleans(),
        folder=st.sampled_from([None, "/d"]),
        is_left_out=st.booleans(),
        known=st.sampled_from([None, KNOWN, refused(Verdict.FAILED, "x"), refused(Verdict.SKIPPED, "y")]),
        folder_reason=REASON,
        pause=REASON,
        place_in_queue=st.sampled_from([None, 1]),
        queued=st.integers(0, 3),
        chunks=st.integers(0, 3),
        chunks_waiting=st.integers(0, 3),
        counts=st.sampled_from([None, COUNTS]),
    )
)
def test_whatever_the_facts_there_is_one_sentence(facts: Facts) -> None:
    """It begins as one, ends with one full stop, and stands on one line."""
    sentence = explain(facts).sentence
    assert sentence.startswith("It")
    assert sentence.endswith(".")
    assert not sentence.endswith("..")
    assert "\n" not in sentence


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An index of a folder that is there."""
    (tmp_path / "d" / "sub").mkdir(parents=True)
    with open_store(index_path(tmp_path)) as opened:
        opened.set_model(MODEL)
        opened.add_folder(str(tmp_path / "d"))
        yield opened


def sentence(store: Store, path: Path, **words: object) -> str:
    """What is said of a path now."""
    scope = Scope(rules=Rules(["*.bak"]), own=frozenset([str(path.parent / "own")]))
    return explain(gather(store, str(path), scope, **words)).sentence


def test_the_facts_are_found_where_they_are(store: Store, tmp_path: Path) -> None:
    """On the disk, in the rules and in the store: the same file is followed from nothing to being forgotten."""
    folder = tmp_path / "d"
    file = folder / "a.txt"
    assert sentence(store, file) == "It does not exist."
    file.write_text("text", "utf-8")
    assert sentence(store, file) == "It has not been looked at yet."
    state = file_state(file.lstat())
    store.note(str(folder), Changes(dirty={str(file): state}))
    assert sentence(store, file) == "It waits to be read, as number 1 of 1."
    store.store_document(
        str(file),
        state,
        settled=True,
        document=document("one", "two"),
        ticket=store.queue(str(folder), 1)[0].ticket,
    )
    assert sentence(store, file) == "It is read and found by words; 2 of 2 passages wait for the model small."
    store.put_vectors({waiting.chunk_id: vector_of(waiting.text) for waiting in store.waiting(9)})
    assert sentence(store, file).startswith("It is indexed: 2 passages, by the model small, as saved on 20")
    refusal = Refusal(verdict=Verdict.FAILED, reason="it is damaged")
    store.store_refusal(str(file), state, settled=True, refusal=refusal)
    assert "It could not be read: it is damaged; what was read before is still found: 2 passages" in sentence(
        store, file
    )
    assert "1 file with 2 passages indexed, 0 waiting to be read, 0 left out, 1 with problems" in sentence(
        store, folder
    )
    file.unlink()
    assert sentence(store, file).startswith("It does not exist any more")
    store.forget_below(str(file))
    store.leave_out(str(folder / "sub"))
    assert "forgotten on request" in sentence(store, folder / "sub" / "deep" / "b.txt")


def test_what_is_no_file_of_its_folder_is_told_apart(store: Store, tmp_path: Path) -> None:
    """Links, pipes, ignored and own files, places that were out of reach, and what lies elsewhere."""
    folder = tmp_path / "d"
    (folder / "link").symlink_to(folder)
    os.mkfifo(folder / "pipe")
    assert sentence(store, folder / "link") == "It is a link, and links are not followed."
    assert sentence(store, folder / "pipe") == "It is not an ordinary file."
    assert sentence(store, folder / "x.bak") == "It is ignored by the rule *.bak (config.toml, line 1)."
    assert sentence(store, folder / "own") == "It belongs to Vectray itself and is never indexed."
    assert sentence(store, tmp_path).startswith("It lies outside every indexed folder")
    assert sentence(store, folder / "sub" / "no" / "where") == "It does not exist."
    closed = Refusal(verdict=Verdict.FAILED, reason="It cannot be looked at: Permission denied.")
    store.store_unreachable(str(folder), {str(folder / "sub"): closed})
    assert sentence(store, folder / "sub" / "x") == (
        "It could not be looked at: it cannot be looked at: Permission denied."
    )


def test_a_folder_that_is_gone_says_so_for_all_of_its_files(store: Store, tmp_path: Path) -> None:
    """What was indexed of it stays, and nobody says that the files do not exist: they may be on a drive that is not there."""
    folder = tmp_path / "d"
    put(store, str(folder / "a.txt"), document("one", file_type=FileType.TEXT))
    elsewhere = {str(folder): "It is another folder than before."}
    assert "it is another folder than before; what was read before" in sentence(
        store, folder / "a.txt", folder_reasons=elsewhere
    )
    folder.rename(tmp_path / "away")
    assert "is out of reach" in sentence(store, folder / "a.txt")
