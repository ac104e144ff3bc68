"""Panels that show tray icons, as desktops have them: each with nothing on it but the tray, so that whatever appears is an icon."""

import configparser
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

HEIGHT = 32
"""Of a panel, in pixels; it lies along the top of the screen."""

_XFCONF_SERVICE = Path("dbus-1/services/org.xfce.Xfconf.service")
_DATA_FOLDERS = (Path("/usr/local/share"), Path("/usr/share"))

_XFCE = """<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-panel" version="1.0">
  <property name="configver" type="int" value="2"/>
  <property name="panels" type="array">
    <value type="int" value="1"/>
    <property name="dark-mode" type="bool" value="{dark}"/>
    <property name="panel-1" type="empty">
      <property name="position" type="string" value="p=6;x=0;y=0"/>
      <property name="position-locked" type="bool" value="true"/>
      <property name="length" type="uint" value="100"/>
      <property name="size" type="uint" value="{height}"/>
      <property name="plugin-ids" type="array">
        <value type="int" value="1"/>
        <value type="int" value="2"/>
      </property>
    </property>
  </property>
  <property name="plugins" type="empty">
    <property name="plugin-1" type="string" value="separator">
      <property name="expand" type="bool" value="true"/>
      <property name="style" type="uint" value="0"/>
    </property>
    <property name="plugin-2" type="string" value="systray">
      <property name="square-icons" type="bool" value="true"/>
    </property>
  </property>
</channel>
"""
_LXQT = """[General]
panels=panel1

[panel1]
plugins=statusnotifier
position=Top
panelSize={height}
iconSize=22
lineCount=1
width=100
width-percent=true
alignment=1
background-color={colour}

[statusnotifier]
type=statusnotifier
alignment=Right
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A program that shows icons, and what it needs."""

    name: str
    commands: Callable[[], Sequence[Sequence[str]]]
    """What is to run, the panel itself last."""
    is_seen_empty: bool = True
    """Whether it is drawn while there is no icon on it."""
    settings: str = ""
    """The file with them, below the folder of settings."""
    text: str = ""
    """What is in it, with {height}, {dark} and {colour} left open."""

    def settle(self, folder: Path, *, is_dark: bool) -> None:
        """Write the settings below a folder of settings."""
        if self.settings:
            file = folder / self.settings
            file.parent.mkdir(parents=True, exist_ok=True)
            colour = "#303030" if is_dark else "#f0f0f0"
            file.write_text(
                self.text.format(height=HEIGHT, dark=str(is_dark).lower(), colour=colour), "utf-8"
            )


def program(name: str) -> str:
    """Return the path of a program; a test without it is skipped."""
    path = shutil.which(name)
    if path is None:
        pytest.skip(f"there is no {name} here")
    return path


def _xfce_commands() -> Sequence[Sequence[str]]:
    panel = program("xfce4-panel")
    # A session bus would start this by itself; the private one starts nothing.
    service = next(path for folder in _DATA_FOLDERS if (path := folder / _XFCONF_SERVICE).is_file())
    entry = configparser.ConfigParser(interpolation=None)
    entry.read(service, "utf-8")
    return entry["D-BUS Service"]["Exec"].split(), [panel, "--disable-wm-check"]


XFCE = Panel(
    name="xfce4-panel",
    commands=_xfce_commands,
    settings="xfce4/xfconf/xfce-perchannel-xml/xfce4-panel.xml",
    text=_XFCE,
)
LXQT = Panel(
    name="lxqt-panel",
    commands=lambda: [[program("lxqt-panel")]],
    settings="lxqt/panel.conf",
    text=_LXQT,
)
TRAYER = Panel(
    name="trayer",
    is_seen_empty=False,  # now and then it is not
    commands=lambda: [
        [
            program("trayer"),
            "--edge",
            "top",
            "--align",
            "right",
            "--widthtype",
            "request",
            "--height",
            f"{HEIGHT}",
        ]
    ],
)
