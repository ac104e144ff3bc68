"""What programs ask of the index, as messages of the contract. Pure."""

from collections.abc import Sequence

from vectray.v1 import index_pb2 as pb


def search(
    query: str,
    *,
    top: int = 10,
    folders: Sequence[str] = (),
    types: Sequence[str] = (),
    name: str = "",
    since_unix_ms: int = 0,
    until_unix_ms: int = 0,
    more_passages: int = 0,
    words_only: bool = False,
    rerank: bool = False,
    freshness_wait_seconds: float = 0.0,
    excerpt_wait_seconds: float = 0.0,
) -> pb.SearchRequest:
    """Return a question."""
    return pb.SearchRequest(
        query=query,
        top=top,
        folders=folders,
        types=types,
        name=name,
        since_unix_ms=since_unix_ms,
        until_unix_ms=until_unix_ms,
        more_passages=more_passages,
        words_only=words_only,
        rerank=rerank,
        freshness_wait_ms=round(freshness_wait_seconds * 1000),
        excerpt_wait_ms=round(excerpt_wait_seconds * 1000),
    )
