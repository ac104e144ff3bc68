"""The ways in which this system starts programs by itself."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from vectray_client.autostart.launchd import LaunchAgent
from vectray_client.autostart.run_key import RunKey
from vectray_client.autostart.standing import Autostart, NotPossible
from vectray_client.autostart.systemd import SystemdAutostart
from vectray_client.autostart.xdg import XdgAutostart


def tray_autostart(environment: Mapping[str, str] = os.environ) -> Autostart:
    """Return what starts the tray when its person logs in at a desktop."""
    if sys.platform == "win32":
        from vectray_client.autostart.winreg_values import UserRegistry  # noqa: PLC0415 - Windows alone has it

        return RunKey(registry=UserRegistry(), environment=environment)
    if sys.platform == "darwin":
        folder = Path.home() / "Library" / "LaunchAgents"
        return LaunchAgent(folder=folder, environment=environment, user=os.getuid())
    return XdgAutostart(environment=environment)


def agent_autostart(environment: Mapping[str, str] = os.environ) -> Autostart:
    """Return what starts the agent on a machine without a desktop.

    Raises:
        NotPossible: this system has no systemd.

    """
    if sys.platform != "linux":
        raise NotPossible(
            "Starting without a desktop is for systems with systemd; elsewhere leave out --headless."
        )
    return SystemdAutostart(environment=environment)
