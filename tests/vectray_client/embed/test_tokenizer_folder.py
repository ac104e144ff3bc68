import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from vectray_client.domain import EmbeddingModel
from vectray_client.embed.tokenizer_folder import (
    keep_model,
    keep_tokenizer,
    known_model,
    newest_fingerprint,
    tokenizer_path,
)


def test_the_newest_is_the_one_kept_last(tmp_path: Path) -> None:
    """Names do not decide, nor does what else lies there; keeping one again makes it the newest."""
    folder = tmp_path / "tokenizers"
    assert newest_fingerprint(folder) == ""
    for second, name in enumerate(("b", "c", "a")):
        keep_tokenizer(folder, name, b"{}")
        os.utime(tokenizer_path(folder, name), (second, second))
    (folder / ".d.unfinished").write_bytes(b"{")
    assert newest_fingerprint(folder) == "a"
    keep_tokenizer(folder, "b", b"{}")
    assert newest_fingerprint(folder) == "b"


def test_many_first_runs_leave_one_whole_file(tmp_path: Path) -> None:
    """Programs that fetch the same tokenizer at once do not write into each other's file."""
    data = b"x" * 2_000_000
    with ThreadPoolExecutor(8) as programs:
        list(programs.map(lambda _: keep_tokenizer(tmp_path, "f", data), range(16)))
    assert [file.name for file in tmp_path.iterdir()] == ["f.json"]
    assert tokenizer_path(tmp_path, "f").read_bytes() == data


def test_what_cannot_be_kept_leaves_nothing(tmp_path: Path) -> None:
    """A folder where the file should be is an error, and no unfinished file stays."""
    tokenizer_path(tmp_path, "f").mkdir()
    (tokenizer_path(tmp_path, "f") / "full").touch()
    with pytest.raises(OSError):  # noqa: PT011 - which one is the system's choice
        keep_tokenizer(tmp_path, "f", b"{}")
    assert [file.name for file in tmp_path.iterdir()] == ["f.json"]


def test_a_model_is_known_as_long_as_its_tokenizer_is_kept(tmp_path: Path) -> None:
    """What cannot be used, or understood, counts as unknown and is asked for again."""
    model = EmbeddingModel(name="m", fingerprint="f", dimensions=8, max_passage_tokens=64)
    keep_model(tmp_path, model)
    assert known_model(tmp_path, "f") is None
    keep_tokenizer(tmp_path, "f", b"{}")
    assert known_model(tmp_path, "f") == model
    assert newest_fingerprint(tmp_path) == "f"
    (tmp_path / "f.model").write_text('{"name": "m"}')
    assert known_model(tmp_path, "f") is None
