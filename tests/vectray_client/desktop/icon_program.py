"""An icon as a program of its own: `python -m tests.vectray_client.desktop.icon_program [WAY]`.

It writes a line for each thing that happens: `way NAME`, `said WORDS`, `ready`, `order VERB`, `lost WORDS`. It reads a line for
each thing to show: `SIGN [WORDS]`, the words being those of the menu's second line and of the tooltip; `quit` ends it.
"""

import os
import sys
import threading

from vectray_client.desktop.backends.choice import Way, choose_display
from vectray_client.desktop.backends.display import Display, DisplayLost
from vectray_client.desktop.menu_items import Item, Menu, Order, Verb
from vectray_client.desktop.pictures import Panel
from vectray_client.desktop.signs import Picture, Sign


def menu(words: str) -> Menu:
    """Its menu: three lines that can be clicked, one of them in an inner menu."""
    return (
        Item(key="search", label="Search…", order=Order(verb=Verb.SEARCH), is_default=True),
        Item(key="status", label=words),
        Item(key="line"),
        Item(
            key="folders",
            label="Folders",
            children=(Item(key="rescan", label="my_notes & 笔记", order=Order(verb=Verb.RESCAN)),),
        ),
        Item(key="quit", label="Quit", order=Order(verb=Verb.QUIT_TRAY)),
    )


def main() -> None:
    """Run until told to end."""
    panel = os.environ.get("PANEL")
    choice = choose_display(
        lambda order: tell(f"order {order.verb}"),
        environment=os.environ,
        panel=lambda: Panel(panel) if panel else None,
        say=lambda words: tell(f"said {words}"),
        only=Way(sys.argv[1]) if len(sys.argv) > 1 else None,
    )
    for way in choice.passed_over:
        tell(f"not {way.way}: {way.why}")
    tell(f"way {choice.way}")
    choice.display.show(Picture(sign=Sign.IDLE), "Up to date", menu("Up to date"))
    threading.Thread(target=obey_lines, args=(choice.display,), daemon=True).start()
    try:
        choice.display.run(lambda: tell("ready"))
    except DisplayLost as failure:
        tell(f"lost {failure}")


def obey_lines(display: Display) -> None:
    """Show what is read."""
    for line in sys.stdin:
        sign, _, words = line.strip().partition(" ")
        if sign == "quit":
            break
        display.show(Picture(sign=Sign(sign)), words, menu(words))
    display.stop()


def tell(line: str) -> None:
    """Write a line."""
    print(line, flush=True)  # noqa: T201 - whoever started it reads this


if __name__ == "__main__":
    main()
