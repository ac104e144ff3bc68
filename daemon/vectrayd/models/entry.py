"""What is known of one model before it is loaded."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from vectrayd.domain.kinds import ModelKind
from vectrayd.domain.options import DENSE_ONLY, OutputKind

_BYTES_PER_NUMBER = {"float32": 4, "bfloat16": 2, "float16": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One model. Facts that nobody published are empty or 0."""

    name: str
    kind: ModelKind = ModelKind.EMBEDDING
    dimensions: int = 0
    """0 of a reranker."""
    max_tokens: int
    """Tokens per text, or per query and text together, special tokens included."""
    languages: tuple[str, ...] = ()
    """BCP 47 tags; "mul" for many."""
    licence: str = ""
    """SPDX identifier."""
    package: str = ""
    """Python package that ships the weights."""
    repository: str = ""
    """On the model hub, such as "BAAI/bge-m3"; empty for what cannot be pulled."""
    provider: str = ""
    """Who runs it; empty for a model of this machine."""
    folder: Path | None = None
    """Where the user keeps it; None for the usual places."""
    parameters: int = 0
    stored_bytes: int = 0
    """Of each parameter in the repository's files."""
    pooling: str = ""
    """How token vectors become one: mean, cls, lasttoken or whatever else the folder says."""
    prompts: Mapping[str, str] = field(default_factory=dict)
    matryoshka: tuple[int, ...] = ()
    """Smaller numbers of dimensions that it was trained for."""
    outputs: frozenset[OutputKind] = DENSE_ONLY
    facts: str = ""
    """Address of the page that all this was read on."""
    good_for: Mapping[str, str] = field(default_factory=dict)
    """A sentence for a person who chooses, by language: "en", "zh"."""

    @property
    def source(self) -> str:
        """Where the weights come from."""
        return self.provider or self.package or self.repository

    @property
    def leaves_machine(self) -> bool:
        """Whether somebody else runs it, so that texts leave this machine."""
        return bool(self.provider)

    @property
    def download_bytes(self) -> int:
        """About what a pull fetches: the weights, not the few megabytes of the tokenizer."""
        return self.parameters * self.stored_bytes

    @property
    def memory_bytes(self) -> Mapping[str, int]:
        """What the weights take, by the precision that they are computed in."""
        if not self.parameters:
            return {}
        return {precision: self.parameters * size for precision, size in _BYTES_PER_NUMBER.items()}

    def is_called(self, name: str) -> bool:
        """Whether `name` means this model: its own name or its repository's, upper and lower case being the same."""
        return name.casefold() in {self.name.casefold(), self.repository.casefold()}
