"""What a reader says, as bytes and back. JSON and never pickle: whoever takes a reader over by a crafted file gets no further."""

import json
from typing import Any

from vectray_client.domain import Chunk, Document, FileType, Refusal, Verdict


def packed(answer: Document | Refusal) -> bytes:
    """An answer for `unpacked`."""
    if isinstance(answer, Refusal):
        fields: list[object] = [answer.verdict, answer.reason, answer.is_poison, answer.is_transient]
    else:
        chunks = [
            [chunk.text, chunk.start, chunk.end, chunk.heading, chunk.page, chunk.line, chunk.cell]
            for chunk in answer.chunks
        ]
        fields = [answer.file_type, answer.sha256, answer.title, answer.recipe, chunks]
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")


def unpacked(message: bytes) -> Document | Refusal:
    """The answer that was packed. Raises ValueError for anything else."""
    match json.loads(message):
        case [str(verdict), str(reason), bool(is_poison), bool(is_transient)]:
            return Refusal(
                verdict=Verdict(verdict), reason=reason, is_poison=is_poison, is_transient=is_transient
            )
        case [str(file_type), str(sha256), str(title), str(recipe), list(chunks)]:
            return Document(
                file_type=FileType(file_type),
                sha256=sha256,
                title=title,
                chunks=tuple(map(_chunk, chunks)),
                recipe=recipe,
            )
        case _:
            raise ValueError("no answer of a reader")


def _chunk(fields: Any) -> Chunk:  # noqa: ANN401 - JSON is anything until it has been looked at
    match fields:
        case [
            str(text),
            int(start),
            int(end),
            str(heading),
            int() | None as page,
            int() | None as line,
            str(cell),
        ]:
            return Chunk(text=text, start=start, end=end, heading=heading, page=page, line=line, cell=cell)
        case _:
            raise ValueError("no passage of a reader")
