"""What the page's server cannot see by itself, as it knows the index like any other program: files, machine and desktop."""

import os
import sys
from collections.abc import Mapping
from dataclasses import replace

from vectray.places import Places
from vectray_client.desktop.backends.surroundings import look_around
from vectray_client.diagnosis.evidence import Desktop
from vectray_client.diagnosis.findings import findings
from vectray_client.diagnosis.looking import desktop_in, look
from vectray_client.diagnosis.report import report_text
from vectray_client.sdk.errors import VectrayClientError
from vectray_client.sdk.index_states import AgentState
from vectray_client.sdk.states import DaemonState
from vectray_client.web.settings import Diagnosis


def diagnosis(
    places: Places, agent: AgentState, daemon: DaemonState | VectrayClientError | None
) -> Diagnosis:
    """Return what is wrong, and the report of it."""
    evidence = look(places, agent=agent, daemon=daemon, desktop=seen_desktop())
    found = [(finding.sentence, finding.remedy) for finding in findings(evidence)]
    return Diagnosis(findings=found, report=report_text(evidence))


def seen_desktop(environment: Mapping[str, str] = os.environ) -> Desktop:
    """Return the desktop, and whether anything on it shows icons."""
    said = desktop_in(environment)
    if sys.platform in ("darwin", "win32"):
        return said
    around = look_around(environment, platform=sys.platform)
    return replace(said, has_bus=bool(around.bus_address), has_tray=around.has_watcher or around.has_x_tray)
