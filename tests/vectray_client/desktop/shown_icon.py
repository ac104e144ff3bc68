"""An icon that runs in a thread of its own, as it does in a process of its own, and what it was asked for."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from vectray_client.desktop.backends.display import Display
from vectray_client.desktop.backends.status_notifier.icon import USUAL_PATIENCE, Patience, StatusNotifierIcon
from vectray_client.desktop.menu_items import Order
from vectray_client.desktop.pictures import Panel

_END_SECONDS = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownIcon:
    """While `notifier_shown` lasts."""

    display: Display
    orders: list[Order]
    said: list[str]
    failures: list[BaseException] = field(default_factory=list)
    """What `run` raised."""
    ended: threading.Event = field(default_factory=threading.Event)


@contextmanager
def notifier_shown(
    bus_address: str, *, patience: Patience = USUAL_PATIENCE, panel: Panel | None = None
) -> Iterator[ShownIcon]:
    """Show a StatusNotifierItem on this bus."""
    orders: list[Order] = []
    said: list[str] = []
    display = StatusNotifierIcon(
        orders.append,
        bus_address=bus_address,
        panel=lambda: panel,
        say=said.append,
        patience=patience,
    )
    with _running(ShownIcon(display=display, orders=orders, said=said)) as icon:
        yield icon


@contextmanager
def _running(icon: ShownIcon) -> Iterator[ShownIcon]:
    is_ready = threading.Event()
    thread = threading.Thread(target=lambda: _run(icon, is_ready.set))
    thread.start()
    try:
        assert is_ready.wait(_END_SECONDS)
        yield icon
    finally:
        icon.display.stop()
        thread.join(_END_SECONDS)
        assert not thread.is_alive()


def _run(icon: ShownIcon, ready: Callable[[], None]) -> None:
    try:
        icon.display.run(ready)
    except BaseException as failure:  # noqa: BLE001 - looked at by the test
        icon.failures.append(failure)
    finally:
        icon.ended.set()
