import random
from itertools import islice
from pathlib import Path

import pytest
from tests.benchmarks.agents import counting_agent
from tests.benchmarks.save_then_search import Tree, trials


@pytest.mark.slow
def test_no_save_that_is_missing_from_an_answer_is_left_unsaid(tmp_path: Path) -> None:
    """Files come, change, move and go, and are searched for at once, with and without time to wait: an answer has it, or is not fresh."""
    tree = Tree(tmp_path / "文档", random.Random(7))  # noqa: S311 - chance, not secrets
    tree.root.mkdir()
    with counting_agent(tmp_path / "home") as agent:
        agent.add(tree.root)
        done = list(islice(trials(agent, tree, [0, 2000]), 40))
    assert [trial for trial in done if trial.is_fresh and not trial.is_right] == []
    assert any(trial.is_fresh for trial in done)
