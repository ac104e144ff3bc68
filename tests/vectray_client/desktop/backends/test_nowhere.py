import threading

from vectray_client.desktop.backends.nowhere import NOWHERE, Nowhere
from vectray_client.desktop.signs import Picture, Sign


def test_no_icon_is_said_once_and_waits() -> None:
    """A tray without an icon goes on until it is stopped, whatever it is to show."""
    said: list[str] = []
    display = Nowhere(said.append)
    is_ready = threading.Event()
    thread = threading.Thread(target=display.run, args=(is_ready.set,))
    thread.start()
    assert is_ready.wait(5)
    for sign in Sign:
        display.show(Picture(sign=sign), "", ())
    assert thread.is_alive()
    display.stop()
    thread.join(5)
    assert not thread.is_alive()
    assert said == [NOWHERE]
