"""`vectray encode`: texts, one a line, to vectors."""

import io
import sys
import warnings
from pathlib import Path

import click
import numpy as np

from vectray.places import find_places
from vectray_client.cli.arguments import JSON, WORDS
from vectray_client.cli.output_file import output_file, write
from vectray_client.cli.terminal import print_json, say
from vectray_client.domain import Fault
from vectray_client.sdk.client import Daemon
from vectray_client.sdk.results import TruncationWarning, Vectors


class BadInput(Fault):
    """The texts cannot be read."""


@click.command("encode")
@click.argument("file", default="-", metavar="[FILE|-]")
@click.option("--out", metavar="X.npy", help="Write the vectors to this file: float32, one row a line.")
@click.option(
    "--model", type=WORDS, metavar="NAME", help="Model to encode with; the daemon's default if not given."
)
@click.option(
    "--task", type=WORDS, metavar="TASK", help="query, document, or the name of one of the model's prompts."
)
@JSON
def command(file: str, *, out: str | None, model: str | None, task: str | None, as_json: bool) -> None:
    """Encode texts, one a line, and print one vector a line (or save them with --out)."""
    target = None if out is None else output_file(out)
    texts = _lines(file)
    with Daemon(find_places()) as daemon, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", TruncationWarning)
        vectors = daemon.encode(texts, model=model, task=task)
    for warning in caught:
        say(str(warning.message))
    if target is not None:
        write(target, _as_npy(vectors))
    if as_json:
        document: dict[str, object] = {"texts": len(texts), "dimensions": int(vectors.shape[1])}
        document |= {"out": out} if target else {"vectors": vectors.tolist()}
        print_json(document)
    elif target is None:
        np.savetxt(sys.stdout, vectors, fmt="%.7g")
    else:
        say(f"{len(texts)} vectors of {vectors.shape[1]} dimensions written to {out}")


def _lines(file: str) -> list[str]:
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput(f"{'standard input' if file == '-' else file} is not UTF-8 text.") from None
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()  # the end of the last line, no line of its own
    if not lines:
        raise BadInput("There is no text to encode.")
    return [line.removesuffix("\r") for line in lines]


def _as_npy(vectors: Vectors) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, vectors)
    return buffer.getvalue()
