"""An X screen of one's own that no monitor shows: programs draw on it, a test looks at it, clicks and types."""

import os
import shutil
import subprocess
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

import pytest
from PIL import Image, ImageChops, ImageGrab
from Xlib import XK, X
from Xlib.display import Display
from Xlib.ext import xtest

Box = tuple[int, int, int, int]
"""Left, top, right, bottom, in pixels; right and bottom lie outside."""

_BACKGROUND = 0x4F6D7A
"""Red, green and blue of what lies behind all windows; Xvfb's own is black, as some menus are."""
_LOOK_SECONDS = 0.02
_PATIENCE_SECONDS = 20.0


class Screen:
    """`Xvfb` under a number that was free. Use as a context manager.

    A test that uses it is skipped where the program is not there.
    """

    def __init__(self, *, width: int = 640, height: int = 480) -> None:
        program = shutil.which("Xvfb")
        if program is None:
            pytest.skip("there is no Xvfb here")
        self._command = [program, "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp", "-noreset"]
        self._process: subprocess.Popen[bytes] | None = None
        self.name = ""
        """As programs expect it in DISPLAY, once it runs."""

    def __enter__(self) -> Self:
        reader, writer = os.pipe()
        self._process = subprocess.Popen(
            [*self._command, "-displayfd", str(writer)], pass_fds=[writer], stderr=subprocess.DEVNULL
        )
        os.close(writer)
        with os.fdopen(reader) as numbers:
            number = numbers.readline().strip()  # comes when it listens
        assert number, "Xvfb did not start"
        self.name = f":{number}"
        self._display = Display(self.name)
        root = self._display.screen().root
        root.change_attributes(background_pixel=_BACKGROUND)
        root.clear_area()
        self._display.sync()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._display.close()
        assert self._process is not None
        self._process.terminate()
        self._process.wait()

    def look(self, box: Box | None = None) -> Image.Image:
        """Return what is drawn now, all of it or inside a box."""
        return ImageGrab.grab(bbox=box, xdisplay=self.name).convert("RGB")

    def click(self, box: Box, *, button: int = 1) -> None:
        """Click into the middle of a box: button 1 is the left, 3 the right one."""
        self.point_at(box)
        xtest.fake_input(self._display, X.ButtonPress, button)
        xtest.fake_input(self._display, X.ButtonRelease, button)
        self._display.sync()

    def point_at(self, box: Box) -> None:
        """Move the pointer into the middle of a box."""
        left, top, right, bottom = box
        xtest.fake_input(self._display, X.MotionNotify, x=(left + right) // 2, y=(top + bottom) // 2)
        self._display.sync()

    def press(self, *keys: str) -> None:
        """Press and let go of keys, one after another, by their names in X: `Down`, `Return`."""
        for key in keys:
            code = self._display.keysym_to_keycode(XK.string_to_keysym(key))
            xtest.fake_input(self._display, X.KeyPress, code)
            xtest.fake_input(self._display, X.KeyRelease, code)
            self._display.sync()

    def wait_until(self, holds: Callable[[Image.Image], bool], box: Box | None = None) -> Image.Image:
        """Wait until this holds for what is drawn; return that."""
        until = time.monotonic() + _PATIENCE_SECONDS
        while not holds(picture := self.look(box)):
            assert time.monotonic() < until, "it is never drawn"
            time.sleep(_LOOK_SECONDS)
        return picture

    def wait_still(self, box: Box | None = None, *, seconds: float = 0.3) -> Image.Image:
        """Wait until nothing has changed for so long; return what is drawn then."""
        until = time.monotonic() + _PATIENCE_SECONDS
        picture, since = self.look(box), time.monotonic()
        while time.monotonic() - since < seconds:
            assert time.monotonic() < until, "it never comes to rest"
            time.sleep(_LOOK_SECONDS)
            if (now := self.look(box)) != picture:
                picture, since = now, time.monotonic()
        return picture

    def wait_change(self, before: Image.Image) -> Box:
        """Wait until the whole screen looks other than before, and is still; return the box around what has changed."""
        self.wait_until(lambda picture: picture != before)
        changed = box_of_change(before, self.wait_still())
        assert changed is not None, "it has changed back"
        return changed


def box_of_change(before: Image.Image, after: Image.Image) -> Box | None:
    """Return the box around all that differs between two pictures of one size, None if nothing does."""
    return ImageChops.difference(before, after).getbbox()
