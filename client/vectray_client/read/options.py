"""What readers are told once, at their start. Light to import: the process that owns the readers needs it too."""

from dataclasses import dataclass, field

from vectray_client.domain import Fault

MEGABYTE = 1_000_000


class TokenizerUnusable(Fault):
    """The model's tokenizer cannot be loaded, so nothing can be read for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What is too much for one file. A larger file is skipped, with its reason."""

    max_text_bytes: int = 64 * MEGABYTE
    """Text is held several times over while it is cut; a larger one is a log or a dump, not a document."""
    max_container_bytes: int = 256 * MEGABYTE
    """For formats that hold text among pictures, such as PDF."""
    max_control_share: float = 0.05
    """Of the first 64 KB. Text in any encoding stays below 1 %, random bytes come to 10 %."""
    base_seconds: float = 10.0
    seconds_per_megabyte: float = 2.0
    """Ten times what a slow machine takes for text."""
    max_seconds: float = 120.0

    def seconds_for(self, size: int) -> float:
        """How many seconds of a processor the reading of a file of `size` bytes may take."""
        return min(self.max_seconds, self.base_seconds + self.seconds_per_megabyte * size / MEGABYTE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOptions:
    """How files are read: for which model, and within which bounds."""

    tokenizer_path: str
    """A `tokenizer.json`."""
    max_tokens: int
    """The longest passage, its headings included and the model's special tokens not. At least 16."""
    address_bytes: int = 1_500 * MEGABYTE
    """Address space of one reader, where the system can bound it. 64 MB of text take half of it."""
    memory_bytes: int = 1_200 * MEGABYTE
    """What a reader may really fill; looked at twice a second, on every system."""
    limits: Limits = field(default_factory=Limits)
