"""`vectray recent`: what was changed last."""

from collections.abc import Sequence
from datetime import UTC, datetime

import click

from vectray_client.cli.arguments import JSON
from vectray_client.cli.by_hand import the_index
from vectray_client.cli.terminal import print_json, printable, say, screen
from vectray_client.config import read_config
from vectray_client.sdk.found import RecentDocument

_MILLISECOND_NS = 1_000_000


@click.command("recent")
@click.option(
    "-n", "most", type=click.IntRange(1, 1000), default=10, show_default=True, help="How many documents."
)
@JSON
def command(*, most: int, as_json: bool) -> None:
    """List the documents that were changed last, the last one first."""
    with the_index(read_config()) as index:
        documents = index.recent(most=most)
    if as_json:
        print_json({"documents": [_document(each) for each in documents]})
    else:
        _show(documents)


def _document(each: RecentDocument) -> dict[str, object]:
    return {
        "path": each.path,
        "title": each.title,
        "type": each.file_type,
        "modified_unix_ms": each.modified_ns // _MILLISECOND_NS,
    }


def _show(documents: Sequence[RecentDocument]) -> None:
    for each in documents:
        changed = datetime.fromtimestamp(each.modified_ns / 1e9, UTC).astimezone()
        screen().print(f"{changed:%Y-%m-%d %H:%M}  {printable(each.path)}", markup=False)
    if not documents:
        say("nothing is indexed yet")
