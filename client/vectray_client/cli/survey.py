"""`vectray survey`: look through a folder before it is added."""

from collections.abc import Iterable, Iterator

import click

from vectray_client.cli.amounts import duration, size
from vectray_client.cli.arguments import FOLDER, JSON
from vectray_client.cli.by_hand import the_index
from vectray_client.cli.terminal import margin, print_json, printable, screen
from vectray_client.config import read_config
from vectray_client.freshness import check_eligible
from vectray_client.sdk.surveyed import Survey


@click.command("survey")
@click.argument("folder", type=FOLDER, metavar="FOLDER")
@JSON
def command(folder: str, *, as_json: bool) -> None:
    """Look through a folder before it is added: how much there is, what would be left out and why, and how long indexing would take."""
    config = read_config()
    check_eligible(folder, config.scope)
    with the_index(config) as index:
        known = _followed(index.survey(folder))
    if as_json:
        print_json({"path": folder, **_document(known)})
    else:
        for line in lines(known):
            screen().print(printable(line), markup=False)


def _followed(surveys: Iterable[Survey]) -> Survey:
    """The last one, with those before it shown where somebody can see them."""
    known = Survey()
    with margin().status("looking") as status:
        for known in surveys:
            status.update(_amount(known))
    return known


def lines(known: Survey) -> Iterator[str]:
    """Yield what a person reads. Pure."""
    yield f"{_amount(known)}, would be indexed{_time(known)}"
    if known.han_share is not None:
        yield f"{known.han_share:.0%} of the letters in a sample of its texts are Chinese"
    for skipped in known.skipped:
        yield f"left out: {skipped.files:,} such as {skipped.example}: {skipped.reason}"
    for note in known.notes:
        yield f"note: {note}"


def _amount(known: Survey) -> str:
    return f"{known.files:,} {'file' if known.files == 1 else 'files'}, {size(known.bytes)}"


def _time(known: Survey) -> str:
    model = f" by the model {known.model}" if known.model else ""
    if not known.seconds:
        return model
    about = "about " if known.seconds >= 1 else ""
    return f"{model}, in {about}{duration(known.seconds)}"


def _document(known: Survey) -> dict[str, object]:
    return {
        "files": known.files,
        "bytes": known.bytes,
        "skipped": [
            {"reason": skipped.reason, "files": skipped.files, "example": skipped.example}
            for skipped in known.skipped
        ],
        "seconds": known.seconds,
        "han_share": known.han_share,
        "model": known.model,
        "notes": known.notes,
    }
