"""What there is to know of a folder before it is indexed, and how the agent tells it. Pure."""

from dataclasses import dataclass

from vectray.v1 import index_pb2 as pb


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """Files that would be left out for one reason."""

    reason: str
    """In one sentence."""
    files: int
    """A folder that is not looked into counts once."""
    example: str
    """Path of one of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What is known of a folder so far."""

    files: int = 0
    """That would be indexed."""
    bytes: int = 0
    """Of these."""
    skipped: tuple[Skipped, ...] = ()
    """The commonest reason first."""
    seconds: float = 0.0
    """Until its files would be found by meaning, about; 0 if nothing can be told."""
    han_share: float | None = None
    """Of the letters in a sample of its texts, what is Chinese, 0 to 1; None before there is a sample."""
    model: str = ""
    """Name of the model that it would be indexed with."""
    notes: tuple[str, ...] = ()
    """What to know before adding it, a sentence each."""
    is_done: bool = False
    """Nothing more will be known."""


def survey(response: pb.SurveyFolderResponse) -> Survey:
    """Read what is known of a folder so far."""
    return Survey(
        files=response.files,
        bytes=response.bytes,
        skipped=tuple(
            Skipped(reason=each.reason, files=each.files, example=each.example) for each in response.skipped
        ),
        seconds=response.seconds,
        han_share=response.han_share if response.HasField("han_share") else None,
        model=response.model,
        notes=tuple(response.notes),
        is_done=response.done,
    )
