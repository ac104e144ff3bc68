"""What runs inside a reader process: one file in, one `Document` or `Refusal` out."""

import hashlib

from vectray_client.domain import Document, Refusal
from vectray_client.read.admission import admit
from vectray_client.read.chunker import chunk
from vectray_client.read.extract import EXTRACTORS
from vectray_client.read.filetypes import file_type_of, signatures_of
from vectray_client.read.options import ReadOptions
from vectray_client.read.recipe import RECIPE
from vectray_client.read.refusals import DAMAGED, NO_TEXT, UNKNOWN_TYPE
from vectray_client.read.tokens import TokenCounter, load_counter


def read(path: str, options: ReadOptions) -> Document | Refusal:
    """The passages of the file at `path`, or why there are none.

    Raises MemoryError, and TokenizerUnusable, which is no fault of the file.
    """
    counter = load_counter(options.tokenizer_path)
    try:
        return _read(path, options, counter)
    except MemoryError:
        raise
    except BaseException:  # noqa: BLE001 - libraries raise anything on damaged files, and a Rust panic is no Exception
        return DAMAGED


def _read(path: str, options: ReadOptions, counter: TokenCounter) -> Document | Refusal:
    file_type = file_type_of(path)
    if file_type is None:
        return UNKNOWN_TYPE
    content = admit(path, limits=options.limits, signatures=signatures_of(file_type))
    if isinstance(content, Refusal):
        return content
    extracted = EXTRACTORS[file_type](content)
    if isinstance(extracted, Refusal):
        return extracted
    chunks = chunk(
        extracted, count=counter.count, max_tokens=options.max_tokens, slack_tokens=counter.slack_tokens
    )
    if not any(character.isalnum() for passage in chunks for character in passage.text):
        return NO_TEXT
    sha256 = hashlib.sha256(content).hexdigest()
    return Document(file_type=file_type, sha256=sha256, title=extracted.title, chunks=chunks, recipe=RECIPE)
