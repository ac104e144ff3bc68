import threading
import time
from pathlib import Path

import pytest
from tests.vectray_client.agent.conftest import Served

from vectray_client.sdk.errors import RequestRefused
from vectray_client.sdk.surveyed import Survey


def fill(folder: Path, count: int) -> None:
    """So many files of English words."""
    folder.mkdir(exist_ok=True)
    for number in range(count):
        (folder / f"{number}.md").write_text("some words " * 40)


def threads() -> int:
    """How many folders are being looked through."""
    return sum(thread.name == "survey" for thread in threading.enumerate())


def seconds_until_left() -> float:
    """The seconds until no folder is looked through any more."""
    began = time.monotonic()
    while threads() and time.monotonic() < began + 20:
        time.sleep(0.01)
    return time.monotonic() - began


def test_a_folder_is_looked_through_by_whoever_asks(served: Served, tmp_path: Path) -> None:
    """Through a link too; with the model's time, and what waits before. Nothing is added."""
    fill(tmp_path / "new", 3)
    (tmp_path / "link").symlink_to(tmp_path / "new")
    served.pipeline.tell(seconds_left=7.0)
    with served.agent() as agent:
        *_, last = agent.survey(str(tmp_path / "link"))
        assert [folder.path for folder in agent.folders()] == [str(served.folder)]
    assert last == Survey(
        files=3, bytes=1320, han_share=0.0, model="small", seconds=pytest.approx(8.32), is_done=True
    )


def test_what_is_known_of_it_already_is_told(served: Served) -> None:
    """An indexed folder is one, and a daemon that is away is no reason to know nothing."""
    served.asker.is_away = True
    fill(served.folder, 1)
    with served.agent() as agent:
        *_, last = agent.survey(str(served.folder))
    assert (last.files, last.seconds, last.model, last.notes) == (
        1,
        0.0,
        "small",
        ("It is indexed already.",),
    )


def test_what_cannot_be_added_is_refused_as_if_it_were(served: Served, tmp_path: Path) -> None:
    """In the same words: a file, nothing at all, Vectray's own, a path that is none."""
    (tmp_path / "file.md").touch()
    with served.agent() as agent:
        for path in (str(tmp_path / "file.md"), str(tmp_path / "none"), str(tmp_path / "data"), "here"):
            words = []
            for ask in (agent.add_folder, lambda path: list(agent.survey(path))):
                with pytest.raises(RequestRefused) as refused:
                    ask(path)
                words.append((str(refused.value), refused.value.reason))
            assert words[0] == words[1]


def test_who_leaves_early_ends_it_and_others_are_few(served: Served, tmp_path: Path) -> None:
    """The thread is gone within a moment, and its place free; a fourth at the same time is told so."""
    fill(tmp_path / "new", 3)
    served.asker.loads = True  # a daemon that takes its time keeps all three waiting
    with served.agent() as agent:
        surveys = [agent.survey(str(tmp_path / "new")) for _ in range(3)]
        assert [next(each).files for each in surveys] == [3, 3, 3]
        with pytest.raises(RequestRefused, match=r"^Too many folders are looked through at once\.$"):
            list(agent.survey(str(tmp_path / "new")))
        for each in surveys:
            each.close()
        assert seconds_until_left() < 2
        served.asker.is_loaded.set()
        *_, last = agent.survey(str(tmp_path / "new"))
    assert last.is_done
