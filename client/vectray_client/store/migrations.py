"""The database's format, as the numbered steps that lead to it. A step that was released is never changed again."""

import sqlite3
from collections.abc import Callable, Sequence
from typing import Final

APPLICATION_ID: Final = 0x76656374
"""'vect': marks the file as an index of Vectray."""


def m001_first_format(connection: sqlite3.Connection) -> None:
    """Files with their passages, vectors by content, keywords over tokens that the application makes."""
    for statement in (
        "CREATE TABLE settings (name TEXT PRIMARY KEY, value ANY) STRICT, WITHOUT ROWID",
        "CREATE TABLE folders (path TEXT PRIMARY KEY) STRICT, WITHOUT ROWID",
        """CREATE TABLE models (
            id INTEGER PRIMARY KEY,
            fingerprint TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL,
            dimensions INTEGER NOT NULL) STRICT""",
        # model: the one that the passages were cut and embedded for; NULL for a file without any.
        """CREATE TABLE files (
            id INTEGER PRIMARY KEY,
            path TEXT NOT NULL UNIQUE,
            size INTEGER NOT NULL,
            mtime_ns INTEGER NOT NULL,
            ctime_ns INTEGER NOT NULL,
            inode INTEGER NOT NULL,
            settled INTEGER NOT NULL,
            sha256 TEXT NOT NULL DEFAULT '',
            file_type TEXT,
            title TEXT NOT NULL DEFAULT '',
            model INTEGER REFERENCES models,
            verdict TEXT,
            reason TEXT) STRICT""",
        # What a scan could not look at, mostly directories: these have no state to compare.
        """CREATE TABLE unreachable (
            folder TEXT NOT NULL REFERENCES folders ON DELETE CASCADE,
            path TEXT NOT NULL,
            verdict TEXT NOT NULL,
            reason TEXT NOT NULL,
            PRIMARY KEY (folder, path)) STRICT, WITHOUT ROWID""",
        # Numbers of vectors and chunks are never used twice: indexes in memory and results on their way may
        # still speak of deleted ones.
        """CREATE TABLE vectors (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            model INTEGER NOT NULL REFERENCES models,
            key BLOB NOT NULL UNIQUE,
            data BLOB NOT NULL) STRICT""",
        # "end" is a word of SQL.
        """CREATE TABLE chunks (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            file INTEGER NOT NULL REFERENCES files,
            ordinal INTEGER NOT NULL,
            start INTEGER NOT NULL,
            "end" INTEGER NOT NULL,
            heading TEXT NOT NULL,
            page INTEGER,
            line INTEGER,
            text TEXT NOT NULL,
            vector INTEGER NOT NULL REFERENCES vectors,
            UNIQUE (file, ordinal)) STRICT""",
        "CREATE INDEX chunks_by_vector ON chunks (vector)",
        # Contentless: the tokens can be made again from the chunk, and are, to delete them.
        "CREATE VIRTUAL TABLE keywords USING fts5 (tokens, content='', tokenize='ascii')",
        f"PRAGMA application_id = {APPLICATION_ID}",
    ):
        connection.execute(statement)


def m002_documents_by_content(connection: sqlite3.Connection) -> None:
    """Passages belong to contents, not to files; they may wait for their vectors, and files for being read.

    Keywords are dropped, to be made anew by the store: copies had some for each of them.
    """
    for statements in (
        _PASSAGES_BY_CONTENT,
        _FILES_WITHOUT_PASSAGES,
        _INDEXES_AND_COUNTS,
        _QUEUE_AND_EXCEPTIONS,
    ):
        for statement in statements:
            connection.execute(statement)


_PASSAGES_BY_CONTENT: Final = (
    # What a model's passages of some bytes are. recipe: the version of extractors and chunker that cut them.
    # passages, waiting: how many there are, and how many of them have no vector yet. Triggers count them.
    """CREATE TABLE documents (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        model INTEGER NOT NULL REFERENCES models,
        sha256 TEXT NOT NULL,
        file_type TEXT NOT NULL,
        recipe TEXT NOT NULL,
        title TEXT NOT NULL,
        passages INTEGER NOT NULL DEFAULT 0,
        waiting INTEGER NOT NULL DEFAULT 0,
        unused_since_ns INTEGER,
        UNIQUE (model, sha256, file_type)) STRICT""",
    """INSERT INTO documents (model, sha256, file_type, recipe, title)
        SELECT model, sha256, file_type, '', title FROM files WHERE model IS NOT NULL AND sha256 != ''
        GROUP BY model, sha256, file_type""",
    # refusal: why the model made no vector of it. A passage that has neither waits for its vector.
    """CREATE TABLE passages (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        document INTEGER NOT NULL REFERENCES documents,
        ordinal INTEGER NOT NULL,
        start INTEGER NOT NULL,
        "end" INTEGER NOT NULL,
        heading TEXT NOT NULL,
        page INTEGER,
        line INTEGER,
        cell TEXT NOT NULL DEFAULT '',
        text TEXT NOT NULL,
        vector INTEGER REFERENCES vectors,
        refusal TEXT,
        UNIQUE (document, ordinal)) STRICT""",
    """INSERT INTO passages (id, document, ordinal, start, "end", heading, page, line, text, vector)
        SELECT chunks.id, documents.id, ordinal, start, "end", heading, page, line, text, vector
        FROM (SELECT min(id) AS id, model, sha256, file_type FROM files
            WHERE model IS NOT NULL AND sha256 != '' GROUP BY model, sha256, file_type) AS first
        JOIN documents USING (model, sha256, file_type) JOIN chunks ON chunks.file = first.id""",
    """UPDATE documents SET passages = (SELECT count(*) FROM passages WHERE document = documents.id),
        waiting = (SELECT count(*) FROM passages WHERE document = documents.id AND vector IS NULL)""",
    "DROP TABLE chunks",
    "ALTER TABLE passages RENAME TO chunks",
)

_FILES_WITHOUT_PASSAGES: Final = (
    # Identity of the folder's root, to tell a deleted file from a drive that is not there.
    "ALTER TABLE folders ADD COLUMN inode TEXT",
    "ALTER TABLE folders ADD COLUMN filesystem TEXT",
    """CREATE TABLE paths (
        id INTEGER PRIMARY KEY,
        path TEXT NOT NULL UNIQUE,
        size INTEGER NOT NULL,
        mtime_ns INTEGER NOT NULL,
        ctime_ns INTEGER NOT NULL,
        inode INTEGER NOT NULL,
        settled INTEGER NOT NULL,
        recipe TEXT NOT NULL DEFAULT '',
        sha256 TEXT NOT NULL DEFAULT '',
        file_type TEXT,
        verdict TEXT,
        reason TEXT) STRICT""",
    """INSERT INTO paths (id, path, size, mtime_ns, ctime_ns, inode, settled, sha256, file_type, verdict, reason)
        SELECT id, path, size, mtime_ns, ctime_ns, inode, settled, sha256, file_type, verdict, reason FROM files""",
    "DROP TABLE files",
    "ALTER TABLE paths RENAME TO files",
    "CREATE INDEX files_by_content ON files (sha256, file_type)",
    "CREATE INDEX files_refused ON files (verdict) WHERE verdict IS NOT NULL",
)

_INDEXES_AND_COUNTS: Final = (
    "CREATE INDEX chunks_by_vector ON chunks (vector)",
    # Else who wants the newest of one model looks through those of the other.
    "CREATE INDEX vectors_by_model ON vectors (model)",
    "CREATE INDEX chunks_waiting ON chunks (document) WHERE vector IS NULL AND refusal IS NULL",
    "CREATE INDEX chunks_refused ON chunks (document) WHERE refusal IS NOT NULL",
    "CREATE INDEX documents_waiting ON documents (model) WHERE waiting > 0",
    """CREATE TRIGGER chunk_came AFTER INSERT ON chunks BEGIN
        UPDATE documents SET passages = passages + 1,
            waiting = waiting + (NEW.vector IS NULL AND NEW.refusal IS NULL)
        WHERE id = NEW.document; END""",
    """CREATE TRIGGER chunk_went AFTER DELETE ON chunks BEGIN
        UPDATE documents SET passages = passages - 1,
            waiting = waiting - (OLD.vector IS NULL AND OLD.refusal IS NULL)
        WHERE id = OLD.document; END""",
    """CREATE TRIGGER chunk_was_embedded AFTER UPDATE OF vector, refusal ON chunks BEGIN
        UPDATE documents SET waiting = waiting
            + (NEW.vector IS NULL AND NEW.refusal IS NULL) - (OLD.vector IS NULL AND OLD.refusal IS NULL)
        WHERE id = NEW.document; END""",
)

_QUEUE_AND_EXCEPTIONS: Final = (
    # Files to be looked at. A row leaves in the transaction that stores what came of it; a file that is noted again
    # gets another ticket.
    """CREATE TABLE queue (
        ticket INTEGER PRIMARY KEY AUTOINCREMENT,
        path TEXT NOT NULL UNIQUE,
        folder TEXT NOT NULL,
        size INTEGER NOT NULL,
        mtime_ns INTEGER NOT NULL,
        ctime_ns INTEGER NOT NULL,
        inode INTEGER NOT NULL) STRICT""",
    "CREATE INDEX queue_by_age ON queue (folder, mtime_ns)",
    # Contents that broke readers. Not tried again by the same recipe.
    """CREATE TABLE quarantine (
        sha256 TEXT PRIMARY KEY,
        recipe TEXT NOT NULL,
        reason TEXT NOT NULL) STRICT, WITHOUT ROWID""",
    # Where drives were mounted that hold files of the index: one that is not there is no deletion.
    "CREATE TABLE mounts (path TEXT PRIMARY KEY) STRICT, WITHOUT ROWID",
    # What a person had forgotten, as salted hashes: not even its name is to stay.
    "CREATE TABLE left_out (digest BLOB PRIMARY KEY) STRICT, WITHOUT ROWID",
    "INSERT INTO keywords (keywords) VALUES ('delete-all')",
    "DELETE FROM settings WHERE name = 'keywords'",
)


def m003_names(connection: sqlite3.Connection) -> None:
    """The names of files that have been read, filled by the store. Triggers keep them: a file is named wherever it is stored.

    They call `name_tokens`, which who writes files must have given to the connection.
    """
    for statement in (
        # Contentless, like keywords; neither places nor lengths are asked for.
        """CREATE VIRTUAL TABLE names USING fts5
            (tokens, content='', tokenize='ascii', detail=none, columnsize=0, prefix='1 2')""",
        # Where each keyword occurs, without weighing it; takes no room.
        "CREATE VIRTUAL TABLE occurrences USING fts5vocab (keywords, instance)",
        f"CREATE TRIGGER file_came AFTER INSERT ON files WHEN NEW.sha256 != '' BEGIN {_NAME} END",
        f"CREATE TRIGGER file_went AFTER DELETE ON files WHEN OLD.sha256 != '' BEGIN {_UNNAME} END",
        f"""CREATE TRIGGER file_was_named AFTER UPDATE OF path, sha256 ON files
            WHEN OLD.sha256 = '' AND NEW.sha256 != '' BEGIN {_NAME} END""",
        f"""CREATE TRIGGER file_was_emptied AFTER UPDATE OF path, sha256 ON files
            WHEN OLD.sha256 != '' AND NEW.sha256 = '' BEGIN {_UNNAME} END""",
        f"""CREATE TRIGGER file_was_renamed AFTER UPDATE OF path ON files
            WHEN OLD.sha256 != '' AND NEW.sha256 != '' AND OLD.path != NEW.path BEGIN {_UNNAME} {_NAME} END""",
    ):
        connection.execute(statement)


_NAME: Final = "INSERT INTO names (rowid, tokens) VALUES (NEW.id, name_tokens(NEW.path));"
_UNNAME: Final = "INSERT INTO names (names, rowid, tokens) VALUES ('delete', OLD.id, name_tokens(OLD.path));"


def m004_recent_files(connection: sqlite3.Connection) -> None:
    """What was changed last is found without looking at every file."""
    connection.execute("CREATE INDEX files_by_time ON files (mtime_ns) WHERE sha256 != ''")


MIGRATIONS: Final[Sequence[Callable[[sqlite3.Connection], None]]] = (
    m001_first_format,
    m002_documents_by_content,
    m003_names,
    m004_recent_files,
)
FORMAT: Final = len(MIGRATIONS)


def format_of(connection: sqlite3.Connection) -> int:
    """The number of the last step taken; 0 for an empty database."""
    (number,) = connection.execute("PRAGMA user_version").fetchone()
    return int(number)


def migrate(connection: sqlite3.Connection) -> None:
    """Takes the steps that are missing, each in a transaction of its own."""
    for number in range(format_of(connection) + 1, FORMAT + 1):
        connection.execute("BEGIN IMMEDIATE")
        try:
            MIGRATIONS[number - 1](connection)
            connection.execute(f"PRAGMA user_version = {number}")
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise
