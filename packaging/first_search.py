"""The quickstart: installs Vectray, indexes a folder, asks two questions and prints what was found."""

import argparse
import json
import os
import shlex
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from environment import ROOT, Environment, SetUpError, set_up

SAMPLES = ROOT / "docs" / "samples"
_SHOWN_HITS = 3
_SHOWN_CHARACTERS = 160


class QuickstartError(Exception):
    """Something did not go as it should. The message is for the person at the terminal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question to the index."""

    text: str
    answer: str = ""
    """The name of the file that must come first; empty where nobody can know."""


SAMPLE_QUESTIONS = (
    # Neither shares a telling word with the document that answers it: that one is found by meaning.
    Question(text="睡前喝饮料会失眠吗？", answer="茶叶的种类与冲泡.md"),
    Question(
        text="What spoils vegetables from underneath, and is it contagious?",
        answer="tomatoes-on-a-balcony.md",
    ),
)
GENERAL_QUESTIONS = (
    Question(text="这些文档主要讲什么？"),
    Question(text="What are these documents about?"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """The installed programs, and where they keep things."""

    environment: Environment
    home: Path | None
    """Instead of the user's usual place."""

    def run(self, program: str, *arguments: str) -> str:
        """Run a program of the environment and return its stdout; its stderr goes to the terminal.

        Raises:
            QuickstartError: it did not start, or ended with an error.

        """
        home = {} if self.home is None else {"VECTRAY_HOME": str(self.home)}
        try:
            done = subprocess.run(
                [self.environment.program(program), *arguments],
                stdout=subprocess.PIPE,
                encoding="utf-8",
                env={**os.environ, "PYTHONUTF8": "1", **home},
                check=False,
            )
        except OSError as cause:
            broken = f"{cause}; delete {self.environment.folder} and start again."
            raise QuickstartError(f"`{program}` does not start: {broken}") from cause
        if done.returncode:
            raise QuickstartError(
                f"`{program} {arguments[0]}` failed (exit code {done.returncode}); it says why above."
            )
        return done.stdout

    def vectray(self, *arguments: str) -> Mapping[str, Any]:
        """Run `vectray ... --json` and return its answer.

        Raises:
            QuickstartError: it ended with an error, or with something else than JSON.

        """
        output = self.run("vectray", *arguments, "--json")
        try:
            answer: Mapping[str, Any] = json.loads(output)
        except ValueError as cause:
            raise QuickstartError(
                f"`vectray {arguments[0]} --json` printed no JSON: {output[:200]!r}"
            ) from cause
        return answer

    def data_folder(self) -> str:
        """Where the index and the models lie."""
        return self.run(
            "python", "-I", "-c", "from vectray.places import find_places as f; print(f().data)"
        ).strip()


def main(arguments: Sequence[str]) -> int:
    """Run the quickstart; the exit code is 0 only if everything went as it should."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]  # a found passage may hold any character
    wanted = _parsed(arguments)
    try:
        began = time.monotonic()
        environment = set_up(extras=["all"], cuda=wanted.cuda)
        installed = Installed(environment=environment, home=wanted.home)
        print(
            f"Vectray is installed ({time.monotonic() - began:.0f} s). Indexing {wanted.folder}", flush=True
        )
        show(installed, wanted.folder)
    except (SetUpError, QuickstartError) as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted. Starting the script again goes on from here.", file=sys.stderr)
        return 130
    return 0


def show(installed: Installed, folder: Path) -> None:
    """Index the folder, ask the questions, print what was found and what to do next.

    Raises:
        QuickstartError: nothing was indexed, or a sample question found the wrong document first.

    """
    indexed = installed.vectray("index", str(folder))
    if not indexed["files"]:
        raise QuickstartError(
            f"There is nothing in {folder} that Vectray can read: text, Markdown, HTML, PDF, code."
        )
    print(f"Files: {indexed['files']}, passages: {indexed['chunks']}, seconds: {indexed['seconds']:.1f}")
    wrong = []
    for question in SAMPLE_QUESTIONS if folder == SAMPLES else GENERAL_QUESTIONS:
        found = installed.vectray("search", question.text, "--top", str(_SHOWN_HITS), "--folder", str(folder))
        print(f"\n{question.text}\n{listed(found['hits'], folder)}")
        if not answers(question, found["hits"]):
            wrong.append(f"“{question.text}” should have found {question.answer} first, and did not.")
    print(next_steps(installed, folder))
    if wrong:
        raise QuickstartError("\n".join(wrong))


def answers(question: Question, hits: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the document that the question is about came first."""
    return not question.answer or (bool(hits) and Path(hits[0]["path"]).name == question.answer)


def listed(hits: Sequence[Mapping[str, Any]], folder: Path) -> str:
    """The hits as lines: the file with the place in it, and the beginning of the passage."""
    if not hits:
        return "   nothing found"
    return "\n".join(
        f"{number}. {_place(hit, folder)}\n   {_beginning(hit['text'])}" for number, hit in enumerate(hits, 1)
    )


def _place(hit: Mapping[str, Any], folder: Path) -> str:
    path = Path(hit["path"])
    shown = path.relative_to(folder) if path.is_relative_to(folder) else path
    where = f", page {hit['page']}" if hit.get("page") else f", line {hit['line']}" if hit.get("line") else ""
    return f"{shown}{where}"


def _beginning(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN_CHARACTERS else f"{line[: _SHOWN_CHARACTERS - 1]}…"


def next_steps(installed: Installed, folder: Path) -> str:
    """What a newcomer may want to do now, and where everything lies."""
    vectray = _typed(installed.environment.program("vectray"))
    steps = {
        f'{vectray} search "a question"': "asks one of your own",
        f"{vectray} index FOLDER": "adds your own documents; once more, and it takes up what changed",
        f"{vectray} folders remove {_typed(folder)}": "forgets the documents of this quickstart",
        f"{vectray} status": "tells what runs and what is indexed",
        f"{vectray} models": "lists the models to choose from",
        f"{vectray} stop": "stops the daemon, which keeps the model ready for a while in the background",
    }
    if installed.home is not None:
        steps = {
            f"export VECTRAY_HOME={_typed(installed.home)}": "where this quickstart keeps everything"
        } | steps
    width = max(map(len, steps))
    lines = "\n".join(f"  {command:<{width}}   {purpose}" for command, purpose in steps.items())
    places = (
        f"Index and models lie in {installed.data_folder()}, the programs in {installed.environment.folder}."
    )
    return f"\nWhat now:\n{lines}\n\n{places}"


def _typed(path: Path) -> str:
    """A path as one types it here: short where it can be, quoted where it must be."""
    here = Path.cwd()
    return shlex.quote(str(path.relative_to(here) if path.is_relative_to(here) else path))


def _parsed(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="quickstart.py", description="Install Vectray here, index a folder and ask two questions."
    )
    parser.add_argument(
        "folder", nargs="?", type=_folder, default=SAMPLES, help="the documents (default: some samples)"
    )
    parser.add_argument(
        "--cuda", action="store_true", help="install torch for NVIDIA devices: several gigabytes"
    )
    parser.add_argument(
        "--home", type=_absolute, help="keep index and models there instead of in their usual place"
    )
    return parser.parse_args(arguments)


def _folder(text: str) -> Path:
    folder = _absolute(text)
    if not folder.is_dir():
        raise argparse.ArgumentTypeError(f"{text} is not a folder")
    return folder


def _absolute(text: str) -> Path:
    return Path(text).expanduser().resolve()
