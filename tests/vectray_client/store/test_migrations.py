import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from tests.vectray_client.store.documents import MODEL, OTHER_MODEL, found_texts, index_path, vector_of

from vectray_client.domain import Verdict
from vectray_client.store.errors import IndexOutdated
from vectray_client.store.keys import vector_key
from vectray_client.store.keywords import RECIPE, tokens
from vectray_client.store.migrations import FORMAT, format_of, m001_first_format
from vectray_client.store.reading import open_reader
from vectray_client.store.records import Model
from vectray_client.store.store import open_store

# Path, hash, model, and passages. The copy has the passages of its original, under numbers of its own.
FIRST_FILES: list[tuple[str, str, Model, list[str]]] = [
    ("/d/a", "a" * 64, MODEL, ["one two", "three"]),
    ("/d/copy", "a" * 64, MODEL, ["one two", "three"]),
    ("/d/former", "f" * 64, OTHER_MODEL, ["three", "four"]),
    ("/d/failed", "b" * 64, MODEL, ["five"]),
    ("/d/empty", "e" * 64, MODEL, []),
]


def write_first_format(path: Path) -> None:
    """An index as the first version left it."""
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as connection:
        m001_first_format(connection)
        connection.execute("PRAGMA user_version = 1")
        connection.execute("INSERT INTO folders VALUES ('/d')")
        connection.execute("INSERT INTO unreachable VALUES ('/d', '/d/shut', 'failed', 'Shut.')")
        for number, model in enumerate((OTHER_MODEL, MODEL), start=1):
            values = (number, model.fingerprint, model.name, model.dimensions)
            connection.execute("INSERT INTO models VALUES (?, ?, ?, ?)", values)
        connection.executemany("INSERT INTO settings VALUES (?, ?)", [("model", 2), ("keywords", RECIPE)])
        for file_path, sha256, model, texts in FIRST_FILES:
            add_file(connection, file_path, sha256, model, texts)
        connection.execute("UPDATE files SET verdict = 'failed', reason = 'Torn.' WHERE path = '/d/failed'")
        connection.execute(
            """INSERT INTO files (path, size, mtime_ns, ctime_ns, inode, settled, verdict, reason)
            VALUES ('/d/skipped', 0, 2, 3, 4, 1, 'skipped', 'Empty.')"""
        )
        connection.commit()


def add_file(connection: sqlite3.Connection, path: str, sha256: str, model: Model, texts: list[str]) -> None:
    """A file with its passages and their vectors."""
    model_id = 2 if model == MODEL else 1
    file_id = connection.execute(
        """INSERT INTO files (path, size, mtime_ns, ctime_ns, inode, settled, sha256, file_type, title, model)
        VALUES (?, 1, 2, 3, 4, 1, ?, 'text', 'A title', ?)""",
        (path, sha256, model_id),
    ).lastrowid
    for ordinal, text in enumerate(texts):
        key = vector_key(model.fingerprint, f"Top\n{text}")
        data = vector_of(f"{model.name} {text}").astype("<f2").tobytes()
        connection.execute(
            "INSERT OR IGNORE INTO vectors (model, key, data) VALUES (?, ?, ?)", (model_id, key, data)
        )
        chunk_id = connection.execute(
            """INSERT INTO chunks (file, ordinal, start, "end", heading, line, text, vector)
            VALUES (?, ?, 0, 9, 'Top', 1, ?, (SELECT id FROM vectors WHERE key = ?))""",
            (file_id, ordinal, text, key),
        ).lastrowid
        connection.execute(
            "INSERT INTO keywords (rowid, tokens) VALUES (?, ?)", (chunk_id, tokens(f"Top\n{text}"))
        )


def vectors_of(path: Path) -> list[tuple[int, bytes, bytes]]:
    """What an index holds of them."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT id, key, data FROM vectors ORDER BY id").fetchall()


def test_an_index_of_the_first_format_loses_nothing(tmp_path: Path) -> None:
    """After the upgrade every file is found by the same passages, and every passage has the vector that it had."""
    path = index_path(tmp_path)
    write_first_format(path)
    before = vectors_of(path)
    with open_store(path) as store:
        assert sorted(found_texts(store, "one three five")) == [
            "five",
            "one two",
            "one two",
            "three",
            "three",
        ]
        assert found_texts(store, "four") == []
        assert store.take_waiting(10) == []
        assert (store.counts().files, store.counts().chunks, store.counts().vectors) == (4, 5, 3)
        assert [path for path, _ in store.problems()] == ["/d/failed", "/d/shut"]
        assert store.refusals("/d")["/d/skipped"].verdict is Verdict.SKIPPED
        known = store.known_file("/d/copy")
        assert known is not None
        assert (known.sha256, known.settled) == ("a" * 64, True)
        store.set_model(OTHER_MODEL)
        assert sorted(found_texts(store, "three four")) == ["four", "three"]
    assert vectors_of(path) == before
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def test_an_old_index_is_upgraded_by_its_writer_alone(tmp_path: Path) -> None:
    """Who only reads leaves an index of another format as it is, and says who can change that."""
    path = index_path(tmp_path)
    write_first_format(path)
    with pytest.raises(IndexOutdated), open_reader(path):
        pass
    with open_store(path), open_reader(path) as reader:
        assert format_of(reader._connection) == FORMAT
