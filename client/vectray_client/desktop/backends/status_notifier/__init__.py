"""The icon as KDE, XFCE, LXQt, MATE, Cinnamon, Ubuntu and others show it: StatusNotifierItem, with its menu by com.canonical.dbusmenu.

It is written for `display.Display` and not as one of pystray's icons: those are pictures in memory, where this protocol takes
names of pictures, and lines of their menus have no identity, so that a menu which changes while it is open could not be told
from another one. It needs neither GTK nor Pillow.
"""
