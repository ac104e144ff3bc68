"""The page in Chromium: how soon it is painted, and how soon after a key press there are documents to be seen.

    python -m tests.benchmarks.page_speed [--keys 40] [--visits 5] [--files 2000] [--model multilingual-e5-small]

Agent, daemon and model are the real ones, over notes of words by chance. First paint is what Chromium itself tells (the `paint` entry of
its timeline), on a fresh profile that has nothing stored. A key is pressed when the answer to the one before is complete; the time is from
the key's own event to the first frame after documents for the new query are in the page: those that words found, and those of the whole answer.
"""

import argparse
import random
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright
from tests.benchmarks.agents import Agent
from tests.benchmarks.figures import percentile, row

from vectray_client.sdk.agent import Agent as Connected

WORDS = [
    "tide",
    "moon",
    "harbour",
    "water",
    "boat",
    "sand",
    "storm",
    "wind",
    "sail",
    "rope",
    "anchor",
    "light",
]
NOTES = [*WORDS, "潮汐", "月亮", "海水", "渔船"]
_LOADED_MS = 120_000
"""For a model to be loaded, on a busy machine."""
_WATCH = """() => {
  const count = document.querySelector(".count");
  let pressed = 0;
  let seen = {};
  document.addEventListener("keydown", (event) => {
    [pressed, seen] = [event.timeStamp, {}];
    delete document.body.dataset.answered;
  }, true);
  new MutationObserver(() => requestAnimationFrame(() => setTimeout(() => {
    if (!count.textContent) return;
    seen[/ms$/.test(count.textContent) ? "whole" : "words"] ??= performance.now() - pressed;
    if (!seen.whole) return;
    window.seen = seen;
    document.body.dataset.answered = "";
  }))).observe(count, { childList: true });
}"""
"""A frame is over when a task that was asked for in it runs."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--keys", type=int, default=40)
    parser.add_argument("--visits", type=int, default=5)
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--model", default="multilingual-e5-small")
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        _agent(Path(folder), asked) as agent,
        _chromium() as chromium,
    ):
        paints = [_first_paint(chromium, _address(agent)) for _ in range(asked.visits)]
        context = chromium.new_context(locale="en-GB")
        page = context.new_page()
        page.goto(_address(agent))
        times = _key_presses(page, asked.keys, random.Random(1))
        context.close()
    print(row("milliseconds", "count", "p50", "p95", "largest"))
    print(row(*["---"] * 5))
    measured = {
        "first paint": paints,
        "key to documents by words": times["words"],
        "key to the whole answer": times["whole"],
    }
    for name, values in measured.items():
        told = (percentile(values, 0.5), percentile(values, 0.95), max(values))
        print(row(name, len(values), *(f"{value:.0f}" for value in told)))


@contextmanager
def _agent(folder: Path, asked: argparse.Namespace) -> Iterator[Agent]:
    home, tree = folder / "home", folder / "notes"
    choose = random.Random(1)
    tree.mkdir()
    for number in range(asked.files):
        (tree / f"{number:05}.md").write_text(
            f"# Note {number}\n\n{' '.join(choose.choices(NOTES, k=60))}\n", "utf-8"
        )
    agent = Agent(home)
    home.mkdir()
    agent.places.config.mkdir(parents=True)
    agent.places.config_file.write_text(f'[client]\nmodel = "{asked.model}"\n', "utf-8")
    agent.start()
    try:
        agent.add(tree)
        agent.wait_files(asked.files)
        yield agent
    finally:
        agent.stop()
        agent.command("stop")


@contextmanager
def _chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        yield chromium
        chromium.close()


def _address(agent: Agent) -> str:
    with Connected(agent.places) as connected:
        return connected.open_page().url


def _first_paint(chromium: Browser, address: str) -> float:
    """Milliseconds from the beginning of the navigation to the first letters."""
    context = chromium.new_context(locale="en-GB")
    page = context.new_page()
    page.goto(address)
    page.get_by_role("searchbox").wait_for()
    paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    context.close()
    return float(paint)


def _key_presses(page: Page, keys: int, choose: random.Random) -> dict[str, list[float]]:
    page.set_default_timeout(_LOADED_MS)
    page.get_by_role("searchbox").fill("before the model is loaded")
    page.locator(".count [aria-hidden]").wait_for()
    page.evaluate(_WATCH)
    times: dict[str, list[float]] = {"words": [], "whole": []}
    left = ""
    for _ in range(keys):
        if not left:
            page.get_by_role("searchbox").fill("")
            left = "".join(choose.sample(WORDS, 2))
        page.keyboard.press(left[0])
        left = left[1:]
        page.locator("body[data-answered]").wait_for()
        seen = page.evaluate("window.seen")
        for kind, values in times.items():
            values.extend([seen[kind]] if kind in seen else [])
    return times


if __name__ == "__main__":
    main()
