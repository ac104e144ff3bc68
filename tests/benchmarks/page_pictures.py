"""Pictures of every view of the page, in both languages, light and dark, at the sizes of a desk and of a telephone.

    python -m tests.benchmarks.page_pictures FOLDER [HOME]

HOME, which must not exist yet and is gone afterwards, is seen in the pictures as the person's own folder. The documents are the project's own, and some that cannot be read; agent, daemon and model are the real ones.
"""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright
from tests.benchmarks.agents import Agent

from vectray_client.sdk.agent import Agent as Connected

DOCS = Path(__file__).parents[2] / "docs"
QUERIES = {"en-GB": "why does the sea rise and fall", "zh-CN": "怎么冲泡绿茶"}
DESK, TELEPHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
_REFINED_MS = 1500
"""For excerpts to be weighed by meaning."""
VIEWS = {
    "search": "[role=option]",
    "map": ".map-groups summary",
    "folders": ".card",
    "problems": ".line",
    "models": ".card",
    "settings": ".facts dd",
}
"""What is to be seen in each once it is complete."""


def main(folder: str, home: str = "") -> None:
    """Take them."""
    into = Path(folder)
    into.mkdir(parents=True, exist_ok=True)
    with (
        _place(home) as place,
        _agent(place) as agent,
        sync_playwright() as playwright,
    ):
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        for language in QUERIES:
            for scheme in ("light", "dark"):
                for name, size in {"desk": DESK, "telephone": TELEPHONE}.items():
                    look = {"locale": language, "color_scheme": scheme, "viewport": size}
                    _take(chromium, agent, look, into / f"{name}-{language[:2]}-{scheme}")
        chromium.close()


@contextmanager
def _place(home: str) -> Iterator[Path]:
    if not home:
        with tempfile.TemporaryDirectory() as place:
            yield Path(place)
        return
    Path(home).mkdir()
    try:
        yield Path(home)
    finally:
        shutil.rmtree(home)


@contextmanager
def _agent(place: Path) -> Iterator[Agent]:
    documents = place / "Documents"
    shutil.copytree(DOCS / "samples", documents / "笔记 Notes")
    shutil.copytree(DOCS / "decisions", documents / "Vectray")
    (documents / "笔记 Notes" / "旧合同扫描件.pdf").write_bytes(b"%PDF-1.4 broken")
    (documents / "Vectray" / "report-2026-q3-final-version-reviewed-by-everybody.docx").write_bytes(
        b"PK\x03\x04broken"
    )
    home = place / ".vectray"
    home.mkdir()
    agent = Agent(home)
    agent.start()
    try:
        for folder in sorted(documents.iterdir()):
            agent.add(folder)
        agent.wait(lambda: agent.state().files > 0 and agent.state().pending == 0)
        yield agent
    finally:
        agent.stop()
        agent.command("stop")


def _take(chromium: Browser, agent: Agent, look: dict[str, object], into: Path) -> None:
    context = chromium.new_context(**look)
    page = context.new_page()
    page.set_default_timeout(60_000)
    with Connected(agent.places) as connected:
        page.goto(connected.open_page(QUERIES[str(look["locale"])]).url)
    page.locator(".count [aria-hidden]").wait_for()
    page.wait_for_timeout(_REFINED_MS)
    if look["viewport"] is DESK:
        page.locator(".passage.is-found").first.wait_for()
    for view, sign in VIEWS.items():
        if view != "search":
            page.goto(f"{page.url.partition('#')[0]}#{view}")
        page.locator(sign).first.wait_for(state="attached")
        page.evaluate("new Promise(requestAnimationFrame)")
        page.screenshot(path=into.with_name(f"{into.name}-{view}.png"))
    context.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
