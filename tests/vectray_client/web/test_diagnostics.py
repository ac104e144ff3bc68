import httpx
from tests.vectray_client.web.conftest import Site


def test_what_runs_is_asked_and_nothing_is_started(page: httpx.Client, site: Site) -> None:
    """The agent tells its state; of a daemon that does not run nothing is told, and none runs afterwards."""
    told = page.get("/api/diagnostics").json()
    files = site.pipeline.state().files
    assert told == {
        "findings": [{"sentence": f"{files} files.", "remedy": "Nothing to do."}],
        "report": "daemon: None\n",
    }
    assert not site.places.daemon_socket.exists()
