import os
import socket
import time
from concurrent.futures import Future
from itertools import pairwise
from pathlib import Path

import pytest
from tests.vectray_client.watch.scanned import BOUNDS, write

from vectray_client.sdk.surveyed import Skipped, Survey
from vectray_client.surveying.ground import Ground
from vectray_client.surveying.prospect import Prospect
from vectray_client.surveying.survey import survey
from vectray_client.watch.scanner import FolderMissing

CHINESE = "今天的会议讨论了检索的质量。" * 40


def known(prospect: Prospect) -> "Future[Prospect]":
    """One that was settled long ago."""
    future: Future[Prospect] = Future()
    future.set_result(prospect)
    return future


def surveyed(folder: Path, prospect: "Future[Prospect] | None" = None, **facts: object) -> Survey:
    """The last word on a folder."""
    ground = Ground(folder=str(folder), bounds=BOUNDS, **facts)  # type: ignore[arg-type] # any of its fields
    *_, last = survey(ground, prospect or known(Prospect()))
    assert last.is_done
    return last


def test_a_folder_is_told_as_it_would_be_indexed(tmp_path: Path) -> None:
    """What would be read is counted, what would not has its reason, and each of all the files is in one of the two."""
    write(tmp_path / "会议" / "纪要.md", CHINESE)
    write(tmp_path / "notes.txt", "x" * 100)
    write(tmp_path / "empty.txt", "")
    write(tmp_path / "picture.png", "png")
    write(tmp_path / "fake.pdf", "no PDF")
    (tmp_path / "binary.txt").write_bytes(bytes(range(64)))
    (tmp_path / "link.md").symlink_to("notes.txt")
    with (tmp_path / "huge.txt").open("wb") as huge:
        huge.truncate(65_000_000)
    with (tmp_path / "holes.txt").open("wb") as holes:
        holes.truncate(1_000_000)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(os.path.relpath(tmp_path / "socket"))
        last = surveyed(tmp_path, known(Prospect(model="small", languages=("en",), seconds_per_byte=0.01)))
    chinese_bytes = len(CHINESE.encode())
    assert (last.files, last.bytes, last.model) == (2, chinese_bytes + 100, "small")
    assert last.seconds == pytest.approx((chinese_bytes + 100) * 0.01)
    assert last.han_share == pytest.approx(13 * 40 / (13 * 40 + 100))
    assert last.notes == ("Much of it is in Chinese, which the model small does not know.",)
    assert {Path(each.example).name: each.reason for each in last.skipped} == {
        "empty.txt": "It is empty.",
        "picture.png": "Files of its type are not read yet.",
        "fake.pdf": "Its content is not what its name says.",
        "binary.txt": "It is a binary file.",
        "link.md": "It is a link, and links are not followed.",
        "huge.txt": "It is larger than 64 MB.",
        "holes.txt": "It is mostly holes (a sparse file).",
        "socket": "It is not an ordinary file.",
    }
    assert sum(each.files for each in last.skipped) == 8


def test_there_may_be_nothing(tmp_path: Path) -> None:
    """It says so: without a language, without a time."""
    assert surveyed(tmp_path) == Survey(notes=("There is nothing in it.",), is_done=True)
    write(tmp_path / "a.png")
    reason = "Files of its type are not read yet."
    assert surveyed(tmp_path) == Survey(
        skipped=(Skipped(reason=reason, files=1, example=str(tmp_path / "a.png")),),
        notes=("There is nothing in it that can be read.",),
        is_done=True,
    )


def test_what_is_indexed_already_takes_no_time(tmp_path: Path) -> None:
    """What is known of the place comes first, and the index's model is told if the daemon tells none."""
    write(tmp_path / "a.md")
    failed: Future[Prospect] = Future()
    failed.set_exception(OSError("no daemon"))
    last = surveyed(tmp_path, failed, model="small", notes=("It is so.",))
    assert (last.model, last.notes, last.seconds) == ("small", ("It is so.",), 0.0)
    indexed = surveyed(tmp_path, known(Prospect(seconds_per_byte=1.0)), is_indexed=True)
    assert indexed.seconds == 0.0


def test_a_folder_that_vanishes_is_not_said_to_be_empty(tmp_path: Path) -> None:
    """It is out of reach, as it would be if it were added."""
    folder = tmp_path / "folder"
    folder.mkdir()
    looking = survey(Ground(folder=str(folder), bounds=BOUNDS), known(Prospect()))
    folder.rmdir()
    with pytest.raises(FolderMissing, match="is out of reach"):
        list(looking)


def test_what_is_known_so_far_is_told_again_and_again(tmp_path: Path) -> None:
    """While a prospect is awaited too: it is in the very last word if it came."""
    write(tmp_path / "a.md")
    coming: Future[Prospect] = Future()
    looking = survey(Ground(folder=str(tmp_path), bounds=BOUNDS), coming)
    first, second = next(looking), next(looking)
    assert (first.files, first.model, first.is_done) == (1, "", False)
    assert second == first
    coming.set_result(Prospect(model="small"))
    (last,) = looking
    assert (last.model, last.is_done) == ("small", True)


@pytest.mark.slow
def test_many_files_are_told_as_they_are_met(tmp_path: Path) -> None:
    """Numbers only grow, and come several times a second."""
    for number in range(20_000):
        if number % 200 == 0:
            (tmp_path / str(number)).mkdir()
        (tmp_path / str(number - number % 200) / f"{number}.md").write_text("text")
    counts, told_at = [], [time.monotonic()]
    for each in survey(Ground(folder=str(tmp_path), bounds=BOUNDS), known(Prospect())):
        counts.append(each.files)
        told_at.append(time.monotonic())
    assert counts == sorted(counts)
    assert counts[-1] == 20_000
    assert max(after - before for before, after in pairwise(told_at)) < 2
