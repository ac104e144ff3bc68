from pathlib import Path

import pytest
from tests.vectray_client.agent.conftest import Served
from tests.vectray_client.store.documents import MODEL, document, index_path, put

from vectray_client.agent.recently import recent_documents
from vectray_client.domain import FileState, FileType
from vectray_client.sdk.errors import RequestRefused
from vectray_client.sdk.found import RecentDocument
from vectray_client.store.reading import open_reader
from vectray_client.store.store import open_store

DAY_NS = 86_400 * 10**9
NOW_NS = 1_800_000_000 * 10**9


def state(modified_ns: int) -> FileState:
    """A file that was changed then."""
    return FileState(10, modified_ns, 30, 40)


def test_a_clock_that_is_ahead_is_forgiven_and_a_wrong_one_is_not(tmp_path: Path) -> None:
    """A file dated in ten years would else be the newest for ten years."""
    with open_store(index_path(tmp_path)) as store:
        store.set_model(MODEL)
        for name, modified_ns in (("now", NOW_NS), ("soon", NOW_NS + DAY_NS // 2), ("far", NOW_NS * 2)):
            put(store, f"/d/{name}.txt", document(name), state=state(modified_ns))
    with open_reader(index_path(tmp_path)) as reader:
        told = recent_documents(reader, most=10, now_ns=NOW_NS)
    assert told == [
        RecentDocument(
            path="/d/soon.txt", title="A title", file_type=FileType.TEXT, modified_ns=NOW_NS + DAY_NS // 2
        ),
        RecentDocument(path="/d/now.txt", title="A title", file_type=FileType.TEXT, modified_ns=NOW_NS),
    ]


def test_programs_hear_of_what_was_changed_last(served: Served) -> None:
    """As many as they want, and no more than anybody reads; times to the millisecond."""
    served.pipeline.call(
        lambda store: [
            put(
                store, f"{served.folder}/{number}.txt", document(str(number)), state=state(number * 1_000_000)
            )
            for number in range(12)
        ]
    ).result()
    with served.agent() as agent:
        assert [Path(each.path).stem for each in agent.recent(most=2)] == ["11", "10"]
        assert [each.modified_ns for each in agent.recent(most=1)] == [11_000_000]
        assert len(agent.recent()) == 10
        with pytest.raises(RequestRefused, match="At most 1000 documents"):
            agent.recent(most=1001)
