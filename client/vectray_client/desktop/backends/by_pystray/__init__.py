"""The icon by pystray: on Windows and macOS, and in trays of Linux that know no StatusNotifierItem.

Nothing here is imported by pystray's name at the top of a module: pystray looks for a screen when it is imported, and fails without.
"""
