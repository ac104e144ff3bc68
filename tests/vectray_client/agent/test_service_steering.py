from pathlib import Path

import pytest
from tests.vectray_client.agent.conftest import Served

from vectray_client.indexer.pausing import Pauses, kept_pauses
from vectray_client.sdk.errors import RequestRefused
from vectray_client.sdk.index_states import FolderState, Trouble

NOW = 1_700_000_000.0


def kept(served: Served) -> Pauses:
    """What the store says is paused."""
    return served.pipeline.call(lambda store: kept_pauses(store, unix_now=NOW)).result()


def test_a_person_pauses_and_resumes_everything(served: Served) -> None:
    """For a while or until they say so; the last order counts."""
    with served.agent() as agent:
        agent.pause(seconds=60)
        assert (pause := kept(served).whole)
        assert pause.seconds_left is not None
        agent.pause()
        assert (pause := kept(served).whole)
        assert pause.seconds_left is None
        agent.resume()
        assert kept(served) == Pauses()


def test_a_person_pauses_and_resumes_a_folder(served: Served, tmp_path: Path) -> None:
    """It alone is paused, by whatever name it is called; what is no indexed folder is refused."""
    other = tmp_path / "other"
    other.mkdir()
    link = tmp_path / "link"
    link.symlink_to(served.folder)
    with served.agent() as agent:
        agent.add_folder(str(other))
        agent.pause(str(link), seconds=60)
        assert [pause.folder for pause in kept(served).folders] == [str(served.folder)]
        assert kept(served).whole is None
        agent.resume()
        assert kept(served).folders, "it was not named"
        agent.resume(str(served.folder))
        assert kept(served) == Pauses()
        for order in (agent.pause, agent.resume):
            with pytest.raises(RequestRefused, match=r"is only a part of the indexed folder .*\.$") as error:
                order(str(served.folder / "in"))
            assert error.value.reason == "UNKNOWN_FOLDER"
            with pytest.raises(RequestRefused, match="not absolute"):
                order("here")


def test_going_on_anyway_is_going_on_and_more(served: Served) -> None:
    """Who only resumes hurries nobody."""
    with served.agent() as agent:
        agent.pause()
        agent.resume()
        assert served.hurries == []
        agent.pause()
        agent.resume(anyway=True)
        assert (kept(served), served.hurries) == (Pauses(), ["once"])


def test_everything_that_is_known_of_the_index_arrives(served: Served) -> None:
    """Of the whole, and of each folder."""
    folder = FolderState(
        path=str(served.folder), paused_reason="It is.", is_paused=True, is_lost=True, is_scanning=True
    )
    served.pipeline.tell(
        folders=(folder,), is_scanning=True, share=0.25, trouble=Trouble.READERS, is_hurried=True
    )
    with served.agent() as agent:
        state = agent.state()
        assert (state.is_scanning, state.share, state.trouble, state.is_hurried) == (
            True,
            0.25,
            Trouble.READERS,
            True,
        )
        assert state.folders == agent.folders() == (folder,)


def test_a_paused_folder_is_why_a_file_waits(served: Served) -> None:
    """It is looked at all the same, which a folder that is out of reach is not."""
    new = served.folder / "new.txt"
    new.touch()
    paused = FolderState(path=str(served.folder), paused_reason="Indexing of it is paused.", is_paused=True)
    served.pipeline.tell(folders=(paused,))
    with served.agent() as agent:
        sentence = agent.explain(str(new)).sentence
        assert sentence == "It has not been looked at yet; indexing of it is paused."
