"""`vectray models`: what models there are, and what is to be done with them."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict

import click
from rich.table import Table
from rich.text import Text

from vectray.places import find_places
from vectray_client.cli.amounts import duration, size
from vectray_client.cli.arguments import JSON, WORDS
from vectray_client.cli.by_hand import the_index
from vectray_client.cli.model_progress import model_progress
from vectray_client.cli.terminal import print_json, printable, say, screen
from vectray_client.config import read_config
from vectray_client.domain import Fault
from vectray_client.sdk.agent import Agent
from vectray_client.sdk.client import Daemon
from vectray_client.sdk.programs import the_daemon
from vectray_client.sdk.rendezvous import is_up
from vectray_client.sdk.states import ModelState

_MODEL = click.argument("model", type=WORDS, metavar="MODEL")
_NO_TERMINAL_WIDTH = 250
_LEAVES = "texts leave this machine"


class Configured(Fault):
    """A setting in config.toml says otherwise."""


@click.group("models", invoke_without_command=True, no_args_is_help=False)
@JSON
@click.pass_context
def command(context: click.Context, *, as_json: bool) -> None:
    """List the models, look at one, load, unload or pull it."""
    if context.invoked_subcommand is None:
        context.invoke(list_models, as_json=as_json)


@command.command("list")
@JSON
def list_models(*, as_json: bool) -> None:
    """List all models, the default first."""
    with Daemon(find_places()) as daemon:
        models = daemon.models()
    if as_json:
        print_json({"models": [asdict(model) for model in models]})
        return
    console = screen()
    if not console.is_terminal:
        console.width = _NO_TERMINAL_WIDTH
    console.print(_table(models))


@command.command("show")
@_MODEL
@JSON
def show(model: str, *, as_json: bool) -> None:
    """Show all that is known of a model."""
    with Daemon(find_places()) as daemon:
        state = daemon.model(model)
    if as_json:
        print_json(asdict(state))
        return
    for name, words in _facts(state):
        screen().print(f"{name:<12} {printable(words)}", markup=False)


@command.command("load")
@_MODEL
@JSON
def load(model: str, *, as_json: bool) -> None:
    """Load a model now, so that the next text does not wait for it."""
    with Daemon(find_places()) as daemon, model_progress() as report:
        state = daemon.load(model, progress=report)
    _tell(state, as_json=as_json)


@command.command("unload")
@_MODEL
@JSON
def unload(model: str, *, as_json: bool) -> None:
    """Unload a model, which gives its memory back. It is loaded again when it is needed."""
    places = find_places()
    if not (as_json or is_up(the_daemon(places))):
        say("vectrayd is not running, so no model is loaded")
        return
    with Daemon(places) as daemon:
        state = daemon.unload(model)
    _tell(state, as_json=as_json)


@command.command("use")
@_MODEL
@JSON
def use(model: str, *, as_json: bool) -> None:
    """Index with another model. Until its vectors are all made, searches go on with the one in use."""
    config = read_config()
    if config.model not in ("", model):
        raise Configured(f"{config.places.config_file} says that {config.model} is used; change it there.")
    with the_index(config) as index:
        is_in_use = index.use_model(model)
    if as_json:
        print_json({"model": model, "in_use": is_in_use})
    elif is_in_use:
        say(f"{model} is in use")
    elif isinstance(index, Agent):
        say(f"the vectors of {model} are being made; until then searches go on as they are")
    else:
        say(f"{model} will be used once its vectors are made: `vectray index` does that")


@command.command("pull")
@_MODEL
@JSON
def pull(model: str, *, as_json: bool) -> None:
    """Fetch a model from its public source. Nothing else of Vectray uses the network."""
    with Daemon(find_places()) as daemon, model_progress() as report:
        state = daemon.pull(model, progress=report)
    _tell(state, as_json=as_json)


def state_words(model: ModelState) -> str:
    """Return where a model stands, why, and whether texts leave the machine."""
    reason = f": {model.reason}" if model.reason else ""
    return f"{model.state}{reason}{f' ({_LEAVES})' if model.leaves_machine else ''}"


def _tell(model: ModelState, *, as_json: bool) -> None:
    if as_json:
        print_json(asdict(model))
    else:
        say(f"{_title(model)}: {state_words(model)}")


def _title(model: ModelState) -> str:
    """Return a model's name, with what is particular about it."""
    notes = ["default"] * model.is_default + ["reranker"] * (model.kind == "reranker")
    return f"{model.name} ({', '.join(notes)})" if notes else model.name


def _dimensions(model: ModelState) -> str:
    """Return the numbers per vector; nothing for a model that gives none."""
    return f"{model.dimensions}" if model.dimensions else ""


def _table(models: Sequence[ModelState]) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in ("model", "state", "languages", "dimensions", "tokens", "size"):
        table.add_column(heading, no_wrap=True)
    table.add_column("note", overflow="fold")
    for model in models:
        cells = (
            _title(model),
            model.state,
            ", ".join(model.languages),
            _dimensions(model),
            f"{model.max_tokens}",
            _size(model),
            _LEAVES if model.leaves_machine else model.reason,
        )
        table.add_row(*(Text(printable(cell)) for cell in cells))
    return table


def _size(model: ModelState) -> str:
    """What it takes now, or would take."""
    if model.rss_bytes:
        return f"{size(model.rss_bytes)} in memory"
    return (
        f"{size(model.download_bytes)} to fetch" if model.download_bytes and model.state == "absent" else ""
    )


def _facts(model: ModelState) -> Iterator[tuple[str, str]]:
    """All that is known, in the order in which a person asks."""
    memory = ", ".join(f"{size(count)} in {precision}" for precision, count in model.memory_bytes.items())
    facts = {
        "model": _title(model),
        "state": state_words(model),
        "now": model.activity,
        "speed": f"{model.tokens_per_second:.0f} tokens/s" if model.tokens_per_second else "",
        "memory": size(model.rss_bytes) if model.rss_bytes else "",
        "unloads": f"in {duration(model.unloads_in_seconds)}" if model.unloads_in_seconds else "",
        "runs on": f"{model.device} in {model.precision}" if model.device else "",
        "languages": ", ".join(model.languages),
        "dimensions": _dimensions(model),
        "window": f"{model.max_tokens} tokens",
        "gives": ", ".join(model.outputs),
        "pooling": model.pooling,
        "weights": memory,
        "download": size(model.download_bytes) if model.download_bytes else "",
        "licence": model.licence,
        "source": model.source,
        "facts from": model.facts_source,
        "fingerprint": model.fingerprint,
    }
    yield from ((name, words) for name, words in facts.items() if words)
    yield from ((f"prompt {name}", repr(text)) for name, text in model.prompts.items())
