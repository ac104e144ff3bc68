"""What `--open N` and `--reveal N` do with the documents that a command has listed."""

from collections.abc import Sequence

import click

from vectray_client.cli.amounts import counted
from vectray_client.cli.terminal import say
from vectray_client.domain import Fault, Hit
from vectray_client.opening.file_manager import reveal
from vectray_client.opening.files import open_file
from vectray_client.opening.places import place_of

OPEN = click.option(
    "--open", "to_open", type=click.IntRange(1), metavar="N", help="Open the N-th document, at its place."
)
REVEAL = click.option(
    "--reveal",
    "to_reveal",
    type=click.IntRange(1),
    metavar="N",
    help="Show the N-th document in the file manager.",
)


class NoSuchHit(Fault):
    """There are fewer documents than the number that was given."""


def act_on(
    hits: Sequence[Hit], *, to_open: int | None, to_reveal: int | None, open_with: Sequence[str]
) -> None:
    """Open one document and show one, if there are any.

    Raises:
        NoSuchHit: there are documents, but not so many.
        NotThere, NotStarted: it cannot be opened or shown.

    """
    if not hits:
        return
    if to_open:
        hit = _hit(hits, to_open)
        place = place_of(hit.best.chunk, hit.file_type)
        if warning := open_file(hit.path, place, open_with=open_with, modified_ns=hit.modified_ns):
            say(warning)
    if to_reveal:
        reveal(_hit(hits, to_reveal).path)


def _hit(hits: Sequence[Hit], number: int) -> Hit:
    if number > len(hits):
        raise NoSuchHit(f"There is no document {number}: {counted(len(hits), 'document')} found.")
    return hits[number - 1]
