"""A model hub as this program uses it: what is in a repository, and which of it is a model that can be loaded safely.

The routes are those of huggingface.co and of its mirrors.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from vectrayd.runtime.modules import is_classifier

PUBLIC_HUB = "https://huggingface.co"

_WANTED = re.compile(r"(?:\d+_[A-Za-z]+/)?[\w.-]+")
"""Files at the top and in the folders of modules, such as `1_Pooling`; not the same model for other programs (`onnx/...`)."""
_DATA = (".json", ".txt", ".model", ".safetensors")
_READ_BY_PEOPLE = ("README.md", "LICENSE", "LICENSE.txt", "LICENSE.md", "NOTICE")
PICKLED_HEADS = ("sparse_linear.pt", "colbert_linear.pt")
"""BGE-M3's, in the repository of BAAI/bge-m3."""
PICKLED_WEIGHTS = "pytorch_model.bin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hub:
    """Where models are fetched from, and where other programs of this user keep what they fetched."""

    endpoint: str = PUBLIC_HUB
    token: str = field(default="", repr=False)
    """For repositories that ask who fetches them; empty for none."""
    cache: Path | None = None
    """The cache of the huggingface_hub library."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HubFile:
    """A file of a repository."""

    path: str
    size: int
    sha256: str = ""
    """Of large files."""
    git_blob: str = ""
    """Of all others: git's SHA-1 over "blob SIZE\\0" and the content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A repository at one moment."""

    revision: str
    files: tuple[HubFile, ...]
    architecture: Mapping[str, Any] = field(default_factory=dict)
    """What the hub read in its `config.json`; empty where it does not say."""

    @property
    def size(self) -> int:
        """Bytes of all its files."""
        return sum(file.size for file in self.files)


class NotAModel(Exception):
    """A repository holds nothing that can be loaded; the message is a sentence without a subject."""


def snapshot_of(listing: Mapping[str, Any]) -> Snapshot:
    """Read what `/api/models/REPOSITORY/revision/main?blobs=true` answers.

    Raises:
        ValueError: it is not of the form that is known.

    """
    try:
        return Snapshot(
            revision=_plain(listing["sha"]),
            files=tuple(_file(entry) for entry in listing["siblings"]),
            architecture=listing.get("config") or {},
        )
    except (KeyError, TypeError) as cause:
        raise ValueError("The hub's answer is of an unknown form.") from cause


def wanted(snapshot: Snapshot) -> Snapshot:
    """Return the part that is fetched: weights, configuration, tokenizer; never code.

    Raises:
        NotAModel: the rest would be no model.

    """
    files = {file.path: file for file in snapshot.files if _is_wanted(file.path)}
    if "modules.json" not in files and not is_classifier(snapshot.architecture):
        raise NotAModel("has no modules.json: it is not of the kind that sentence-transformers loads")
    if "tokenizer.json" not in files:
        raise NotAModel("has no tokenizer.json")
    if any(path.endswith(".safetensors") and "/" not in path for path in files):
        files.pop(PICKLED_WEIGHTS, None)
    elif PICKLED_WEIGHTS not in files:
        raise NotAModel("has no weights in the safetensors format")
    return replace(snapshot, files=tuple(files.values()))


def _is_wanted(path: str) -> bool:
    if not _WANTED.fullmatch(path) or path.startswith("."):
        return False
    name = path.rpartition("/")[2]
    return path.endswith(_DATA) or path in _READ_BY_PEOPLE or path in PICKLED_HEADS or name == PICKLED_WEIGHTS


def _file(entry: Mapping[str, Any]) -> HubFile:
    large = entry.get("lfs") or {}
    return HubFile(
        path=str(entry["rfilename"]),
        size=int(large.get("size") or entry.get("size") or 0),
        sha256=str(large.get("sha256") or ""),
        git_blob="" if large else str(entry.get("blobId") or ""),
    )


def _plain(revision: object) -> str:
    if not re.fullmatch(r"[0-9A-Za-z._-]+", str(revision)):
        raise TypeError("a revision is part of an address")
    return str(revision)
