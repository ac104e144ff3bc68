import json
from pathlib import Path

import pytest

from vectrayd.domain.errors import ModelUnavailable
from vectrayd.runtime.modules import listed_modules


def listing(folder: Path, *modules: tuple[str, str]) -> Path:
    """A folder with nothing but a list of modules."""
    entries = [{"type": kind, "path": path} for kind, path in modules]
    (folder / "modules.json").write_text(json.dumps(entries), "utf-8")
    return folder


def test_modules_keep_their_order(tmp_path: Path) -> None:
    """The first is the transformer, beside the list or in a folder of its own."""
    folder = listing(
        tmp_path, ("sentence_transformers.models.Transformer", ""), ("sentence_transformers.x.Dense", "2")
    )
    assert [(one.kind, one.folder) for one in listed_modules(folder)] == [
        ("Transformer", tmp_path),
        ("Dense", tmp_path / "2"),
    ]


@pytest.mark.parametrize(
    ("kind", "path", "words"),
    [
        ("custom_st.Transformer", "", "custom_st"),
        ("sentence_transformers.models.Dense", "../other", "outside"),
        ("sentence_transformers.models.Dense", "/etc", "outside"),
    ],
)
def test_a_model_is_its_folder(tmp_path: Path, kind: str, path: str, words: str) -> None:
    """Code of others is not run, and files elsewhere are not read: not by the daemon, and not by a worker."""
    with pytest.raises(ModelUnavailable, match=words):
        listed_modules(listing(tmp_path, (kind, path)))
