"""What a page of somebody else, or a document, can do to this one: nothing."""

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from tests import page_server
from tests.end_to_end.page.visiting import Visit
from tests.page_server import PageServer

pytestmark = pytest.mark.slow


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """A page of another origin on this machine."""

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>elsewhere</title>")

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page) as serving:
        threading.Thread(target=serving.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{serving.server_port}/"
        serving.shutdown()


def test_without_the_address_there_is_nothing_to_see(visit: Visit, server: PageServer) -> None:
    """Whoever comes without a code, or with one that was used, is told how to come, and no document."""
    address = server.address("tide")
    first = visit(address=address)
    expect(first.get_by_role("option").first).to_be_visible()
    assert "code=" not in first.url
    for again in (address, address.partition("#")[0]):
        page = visit(address=again)
        expect(page.get_by_text("Run `vectray web` to open it again.")).to_be_visible()
        assert page.get_by_role("option").count() == 0
        assert page.evaluate("sessionStorage.length") == 0


def test_the_code_stays_out_of_history_and_the_token_out_of_cookies(visit: Visit) -> None:
    """After the first moment the address says nothing secret, and nothing goes along with requests to other ports."""
    page = visit()
    expect(page.get_by_role("searchbox")).to_be_visible()
    assert "code" not in page.url
    assert page.context.cookies() == []
    assert page.evaluate("Object.keys(sessionStorage)") == ["vectray.token"]
    assert (
        page.evaluate("Object.values(localStorage).join().includes(sessionStorage.getItem('vectray.token'))")
        is False
    )


def test_a_page_of_another_origin_is_refused(visit: Visit, elsewhere: str) -> None:
    """Even with a token, a request that another page makes is not answered to it."""
    ours = visit()
    expect(ours.get_by_role("searchbox")).to_be_visible()
    token = ours.evaluate("sessionStorage.getItem('vectray.token')")
    address = ours.url.partition("#")[0]
    page = visit(address=elsewhere)
    outcome = page.evaluate(
        """async ([address, token]) => {
          const tried = [
            () => fetch(address + "api/problems", { headers: { Authorization: `Bearer ${token}` } }),
            () => fetch(address + "session", { method: "POST", body: "{}", headers: { "Content-Type": "text/plain" } }),
            () => fetch(address + "api/open", { method: "POST", body: "{}", headers: { "Content-Type": "application/json" } }),
          ];
          return Promise.all(tried.map((act) => act().then((answer) => answer.status, () => "refused")));
        }""",
        [address, token],
    )
    assert outcome == ["refused"] * 3
    assert (
        page.evaluate(
            """(address) => new Promise((resolve) => {
          const frame = document.createElement("iframe");
          frame.onload = () => resolve(frame.contentDocument);
          frame.src = address;
          document.body.append(frame);
        })""",
            address,
        )
        is None
    )


def test_the_policy_refuses_what_the_page_never_does(visit: Visit) -> None:
    """A script or style that got in all the same would not run: inline, evaluated, or from elsewhere."""
    page = visit()
    expect(page.get_by_role("searchbox")).to_be_visible()
    refused = page.evaluate(
        """async () => {
          const refused = [];
          document.addEventListener("securitypolicyviolation", (event) => refused.push(event.effectiveDirective));
          const script = document.createElement("script");
          script.textContent = "window.owned = true";
          document.body.append(script);
          const image = document.createElement("img");
          image.src = "http://127.0.0.1:9/x.png";
          document.body.append(image);
          document.body.setAttribute("onclick", "window.owned = true");
          document.body.click();
          await fetch("http://127.0.0.1:9/").catch(() => undefined);
          await new Promise((resolve) => setTimeout(resolve, 50));
          return [window.owned ?? false, [...new Set(refused)].sort()];
        }"""
    )
    assert refused == [False, ["connect-src", "img-src", "script-src-attr", "script-src-elem"]]


def test_a_page_outlives_its_agent(browser: Browser, tmp_path: Path) -> None:
    """While the agent is away the page says so; it knows the next agent, or says how to open it again."""
    with page_server.running(tmp_path / "home", {"a.txt": "A tide."}) as server:
        context = browser.new_context(locale="en-GB")
        page = context.new_page()
        page.goto(server.address("tide"))
        expect(page.get_by_role("option").first).to_be_visible()
        server.stop()
        expect(page.get_by_text("The agent is away.")).to_be_visible(timeout=15_000)
        expect(page.get_by_role("option").first).to_be_visible()
        server.start()
        with server.agent() as agent:
            agent.open_page()
        expect(page.get_by_text("Run `vectray web` to open it again.")).to_be_visible(timeout=15_000)
        page.goto(server.address("tide"))
        expect(page.get_by_role("option").first).to_be_visible()
        expect(page.locator("#banner")).to_be_hidden()
        context.close()
