"""Everything that the page may ask: one line for each."""

from starlette.responses import Response, StreamingResponse

from vectray_client.sdk.agent_async import AsyncAgent
from vectray_client.web.app import Routes
from vectray_client.web.asked import Asked
from vectray_client.web.diagnostics import Diagnostics
from vectray_client.web.files import Files
from vectray_client.web.finding import Finding
from vectray_client.web.models import Models
from vectray_client.web.settings import Installation, settings_as_json
from vectray_client.web.shown import Json
from vectray_client.web.state_feed import StateFeed
from vectray_client.web.steering import Steering
from vectray_client.web.surveying import Surveying
from vectray_client.web.tray_settings import TraySettings


def make_routes(
    agent: AsyncAgent, feed: StateFeed, models: Models, surveying: Surveying, installation: Installation
) -> Routes:
    """Return what answers each method and path."""
    finding = Finding(agent)
    files = Files(agent, open_with=installation.open_with)
    facts = settings_as_json(installation)
    steering = Steering(agent, home=installation.home, environment=installation.environment)
    tray = TraySettings(installation)
    diagnostics = Diagnostics(agent, installation.places, installation.diagnose)

    async def state(asked: Asked) -> Response:  # noqa: ARG001 - every handler takes what is asked
        feed.check_room()
        return StreamingResponse(feed.lines(), media_type="application/x-ndjson")

    async def settings(asked: Asked) -> Json:  # noqa: ARG001 - as above
        return facts

    return {
        ("GET", "/api/search"): finding.search,
        ("GET", "/api/similar"): finding.similar,
        ("GET", "/api/passages"): finding.passages,
        ("GET", "/api/map"): finding.map,
        ("GET", "/api/recent"): finding.recent,
        ("POST", "/api/open"): files.open,
        ("POST", "/api/open-folder"): files.open_folder,
        ("GET", "/api/state"): state,
        ("POST", "/api/folders"): steering.add_folder,
        ("DELETE", "/api/folders"): steering.remove_folder,
        ("GET", "/api/browse"): steering.browse,
        ("GET", "/api/suggestions"): steering.suggest,
        ("GET", "/api/survey"): surveying.survey,
        ("POST", "/api/pause"): steering.pause,
        ("POST", "/api/resume"): steering.resume,
        ("POST", "/api/rescan"): steering.rescan,
        ("GET", "/api/problems"): steering.problems,
        ("POST", "/api/explain"): steering.explain,
        ("POST", "/api/forget"): steering.forget,
        ("GET", "/api/models"): models.list_models,
        ("POST", "/api/models/use"): models.use,
        ("POST", "/api/models/load"): models.load,
        ("POST", "/api/models/unload"): models.unload,
        ("GET", "/api/settings"): settings,
        ("GET", "/api/preferences"): tray.preferences,
        ("POST", "/api/preferences"): tray.choose,
        ("GET", "/api/autostart"): tray.autostart,
        ("POST", "/api/autostart"): tray.start_by_itself,
        ("GET", "/api/diagnostics"): diagnostics.diagnose,
    }
