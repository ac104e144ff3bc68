"""A way to draw for pystray that draws nothing, and notes what it was asked to draw and in which thread."""

import threading
from queue import SimpleQueue
from typing import Any

from vectray_client.desktop.backends.by_pystray.toolkit import Toolkit, Work, base


def recording() -> tuple[Toolkit, list[Any]]:
    """Return the toolkit, and the icons that it will have made."""
    icons: list[Any] = []
    icon_type = type("Icon", (_Recording, base().Icon), {})

    def make_icon(*arguments: object) -> object:
        icons.append(icon_type(*arguments))
        return icons[-1]

    toolkit = Toolkit(
        name="recording",
        make_icon=make_icon,
        post=lambda icon, work: icon.works.put(work),
        load_picture=lambda name, panel: f"{name} {panel}",
        escape=lambda label: label.replace("&", "&&"),
        longest_tooltip=20,
    )
    return toolkit, icons


class _Recording:
    """Its loop does what is put into `works`. Whatever is drawn by another thread ends it."""

    visible: bool
    icon: object
    title: str
    menu: Any

    def __init__(self, *arguments: object) -> None:
        self.works: SimpleQueue[Work | None] = SimpleQueue()
        self.thread: int | None = None
        self.drawn: list[str] = []
        self.strays: list[str] = []
        super().__init__(*arguments)

    def end_as_a_screen_that_goes(self) -> None:
        """End the loop, as nobody has asked for."""
        self.works.put(None)

    def _run(self) -> None:
        self.thread = threading.get_ident()
        self._mark_ready()  # type: ignore[attr-defined]
        while (work := self.works.get()) is not None:
            work()

    def _stop(self) -> None:
        self._note("stop")
        self.works.put(None)

    def _show(self) -> None:
        self._note("show")

    def _hide(self) -> None:
        self._note("hide")

    def _update_icon(self) -> None:
        self._note("icon")

    def _update_title(self) -> None:
        self._note("title")

    def _update_menu(self) -> None:
        self._note("menu")

    def _note(self, what: str) -> None:
        self.drawn.append(what)
        if threading.get_ident() != self.thread:
            self.strays.append(what)
