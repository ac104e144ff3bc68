"""The menu, from what is known. Pure: short, in an order that never changes, and each line is a command as well and on the page."""

from collections.abc import Iterator, Sequence

from vectray_client.desktop.facts import Facts
from vectray_client.desktop.glance import glance_at, sentence, sign_of, what_slows
from vectray_client.desktop.menu_items import Item, Menu, Order, Verb
from vectray_client.desktop.names import name_of
from vectray_client.desktop.signs import Sign
from vectray_client.sdk.index_states import AgentState, FolderState
from vectray_client.sdk.states import DaemonState
from vectray_client.speaking.amounts import duration, size
from vectray_client.speaking.catalogue import Catalogue

MOST_RECENT = 8
_MOST_FOLDERS = 20
"""A menu of more is a list, which is what the page is for."""
_PAUSES = ((1800, "pause-half-hour"), (7200, "pause-two-hours"))


def menu_of(facts: Facts, words: Catalogue) -> Menu:
    """Return what the menu shows of these facts."""
    return tuple(_lines(facts, words))


def _lines(facts: Facts, words: Catalogue) -> Iterator[Item]:
    agent, daemon = facts.agent, facts.daemon
    yield Item(key="search", label=words.say("search"), order=Order(verb=Verb.SEARCH), is_default=True)
    yield Item(key="status", label=_capitalised(_status(facts, words)))
    yield Item(key="after-status")
    if sign_of(facts) is Sign.UNREACHABLE:
        yield Item(key="start", label=words.say("start"), order=Order(verb=Verb.START))
    if agent is not None:
        yield from _of_index(agent, facts, words)
    if daemon is not None:
        yield _model(daemon, words)
    yield Item(key="after-index")
    yield _page("settings", words)
    yield _page("diagnostics", words)
    yield Item(
        key="quit",
        label=words.say("quit"),
        children=(
            Item(key="quit/tray", label=words.say("quit-tray"), order=Order(verb=Verb.QUIT_TRAY)),
            Item(key="quit/all", label=words.say("quit-all"), order=Order(verb=Verb.QUIT_ALL)),
        ),
    )


def _status(facts: Facts, words: Catalogue) -> str:
    """How things stand; for a while, why the last click came to nothing: not every desktop shows notifications."""
    return sentence(facts.mishap, words) if facts.mishap else glance_at(facts, words).status


def _of_index(agent: AgentState, facts: Facts, words: Catalogue) -> Iterator[Item]:
    if facts.recent:
        yield _recent(facts, words)
    if agent.folders:
        yield _folders(agent.folders, words, is_all_paused=agent.is_paused)
        yield _pause(agent, words)
    if what_slows(agent) and not agent.is_hurried:
        yield Item(key="anyway", label=words.say("anyway"), order=Order(verb=Verb.RUN_ANYWAY))
    if agent.problems:
        yield _page("problems", words, label=words.say("problems-line", count=agent.problems))
    # Who has no folder yet is shown all that there is to know before the first one.
    yield _page("add" if agent.folders else "welcome", words, label=words.say("add"))


def _recent(facts: Facts, words: Catalogue) -> Item:
    files = (
        Item(
            key=f"recent/{document.path}",
            label=name_of(document.path),
            order=Order(verb=Verb.OPEN_FILE, path=document.path),
        )
        for document in facts.recent[:MOST_RECENT]
    )
    return Item(
        key="recent",
        label=words.say("recent"),
        children=(*files, Item(key="recent/after"), _page("search", words, label=words.say("show-all"))),
    )


def _folders(folders: Sequence[FolderState], words: Catalogue, *, is_all_paused: bool) -> Item:
    shown = (_folder(folder, words, is_all_paused=is_all_paused) for folder in folders[:_MOST_FOLDERS])
    return Item(
        key="folders",
        label=words.say("folders"),
        children=(*shown, Item(key="folders/after"), _page("folders", words, label=words.say("show-all"))),
    )


def _folder(folder: FolderState, words: Catalogue, *, is_all_paused: bool) -> Item:
    key, path = f"folder/{folder.path}", folder.path
    # A pause of all ends by its own line: what stood in this place would do nothing. One of this folder, which has a reason, ends here.
    is_by_all = is_all_paused and not folder.paused_reason
    pause = () if is_by_all else (_pause_of(folder, words),)
    return Item(
        key=key,
        label=name_of(path),
        children=(
            Item(key=f"{key}/state", label=_capitalised(_folder_state(folder, words))),
            Item(key=f"{key}/open", label=words.say("open"), order=Order(verb=Verb.OPEN_FOLDER, path=path)),
            Item(key=f"{key}/rescan", label=words.say("rescan"), order=Order(verb=Verb.RESCAN, path=path)),
            *pause,
        ),
    )


def _pause_of(folder: FolderState, words: Catalogue) -> Item:
    key, path = f"folder/{folder.path}", folder.path
    if folder.is_paused:
        return Item(key=f"{key}/resume", label=words.say("resume"), order=Order(verb=Verb.RESUME, path=path))
    return Item(key=f"{key}/pause", label=words.say("pause-folder"), order=Order(verb=Verb.PAUSE, path=path))


def _folder_state(folder: FolderState, words: Catalogue) -> str:
    """The most pressing thing that there is to say of a folder."""
    if folder.is_lost:
        return words.say("folder-lost")
    if folder.is_paused:
        return words.say("folder-paused")
    if folder.pending:
        return words.say("folder-pending", count=folder.pending)
    if folder.is_scanning:
        return words.say("scanning")
    if folder.watch_reason:
        return words.say("degraded")
    return words.say("folder-files", count=folder.files)


def _pause(agent: AgentState, words: Catalogue) -> Item:
    if agent.is_paused:
        left = agent.pause_seconds_left
        label = words.say("resume-left", time=duration(left, words.language)) if left else words.say("resume")
        return Item(key="resume", label=label, order=Order(verb=Verb.RESUME))
    timed = (
        Item(key=f"pause/{seconds}", label=words.say(key), order=Order(verb=Verb.PAUSE, seconds=seconds))
        for seconds, key in _PAUSES
    )
    return Item(
        key="pause",
        label=words.say("pause"),
        children=(
            *timed,
            Item(
                key="pause/tomorrow",
                label=words.say("pause-tomorrow"),
                order=Order(verb=Verb.PAUSE_UNTIL_TOMORROW),
            ),
            Item(key="pause/0", label=words.say("pause-for-ever"), order=Order(verb=Verb.PAUSE)),
        ),
    )


def _model(daemon: DaemonState, words: Catalogue) -> Item:
    loaded = [model for model in daemon.models if model.rss_bytes]
    lines: list[Item] = []
    for model in loaded:
        key = f"model/{model.name}"
        told = words.say("model-loaded", name=model.name, size=size(model.rss_bytes))
        order = Order(verb=Verb.UNLOAD_MODEL, model=model.name)
        lines += [
            Item(key=key, label=told),
            Item(key=f"{key}/unload", label=words.say("unload", name=model.name), order=order),
        ]
    failed = [model for model in daemon.models if model.state == "failed"]
    lines += [
        Item(key=f"model/{model.name}/failed", label=sentence(model.reason or model.name, words))
        for model in failed
    ]
    nothing = [] if lines else [Item(key="model/none", label=_capitalised(words.say("model-none")))]
    rest = (Item(key="model/after"), _page("models", words, label=words.say("show-all")))
    return Item(key="model", label=words.say("model"), children=(*lines, *nothing, *rest))


def _capitalised(words: str) -> str:
    return words[:1].upper() + words[1:]


def _page(view: str, words: Catalogue, *, label: str = "") -> Item:
    """A line that opens the page at a view."""
    return Item(key=f"page/{view}", label=label or words.say(view), order=Order(verb=Verb.SHOW, view=view))
