"""What the quickstart does once everything is installed."""

import sys
from pathlib import Path

import pytest
from environment import Environment
from first_search import SAMPLE_QUESTIONS, SAMPLES, Installed, show
from tests.end_to_end.conftest import User

pytestmark = [pytest.mark.model, pytest.mark.slow, pytest.mark.timeout(150)]


def test_the_samples_answer_their_questions(newcomer: User, capfd: pytest.CaptureFixture[str]) -> None:
    """A newcomer's first minute: the samples are indexed, both questions find the right document, and the next steps are told."""
    installed = Installed(environment=Environment(folder=Path(sys.prefix)), home=newcomer.home)
    show(installed, SAMPLES)
    shown = capfd.readouterr().out
    for question in SAMPLE_QUESTIONS:
        after = shown.split(question.text)[1]
        assert after.splitlines()[1].startswith(f"1. {question.answer}")
    assert "vectray search" in shown
    assert str(newcomer.home) in shown
