"""pystray's way to draw on macOS. Written after its code and Apple's documentation, and not tried on macOS."""

from typing import Any, Final

from vectray_client.desktop.backends.by_pystray.toolkit import PystrayIcon, Toolkit, Work, load
from vectray_client.desktop.pictures import Panel, png_file

_SIZE_PIXELS: Final = 48
_WITHOUT_DOCK: Final = 1
"""NSApplicationActivationPolicyAccessory: no icon in the Dock, no menu bar."""


def darwin() -> Toolkit:
    """macOS: a plain click opens the menu.

    Raises:
        NotHere: this is not macOS.

    """
    icon_type = type("Icon", (_Template, load("darwin").Icon), {})
    return Toolkit(
        name="macOS",
        make_icon=icon_type,
        post=_post,
        load_picture=_loaded,
    )


def _post(icon: PystrayIcon, work: Work) -> None:  # noqa: ARG001 - there is one loop for all icons
    # AppKit ends a process that draws outside the main thread, and pystray's setters do not change threads.
    from PyObjCTools import AppHelper  # noqa: PLC0415 - there only on macOS

    AppHelper.callAfter(work)


def _loaded(name: str, panel: Panel | None) -> object:
    from PIL import Image  # noqa: PLC0415 - other ways to draw need no Pillow

    file = png_file(name, panel=panel or Panel.LIGHT, size_pixels=_SIZE_PIXELS)
    return Image.open(file).convert("RGBA")


class _Template:
    """Its picture is a template: macOS gives it the colour of the menu bar, light or dark."""

    _app: Any
    _icon_image: Any
    _status_item: Any

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)
        self._app.setActivationPolicy_(_WITHOUT_DOCK)

    def _assert_image(self) -> None:
        super()._assert_image()  # type: ignore[misc]
        self._icon_image.setTemplate_(True)
        self._status_item.button().setImage_(self._icon_image)
