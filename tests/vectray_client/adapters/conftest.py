from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.benchmarks.agents import counting_agent


@pytest.fixture(scope="session")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder that the real agent of this user has indexed, with the light daemon behind it."""
    home, folder = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("文档")
    (folder / "潮汐.md").write_text(
        "# 潮汐\n\n月亮引起潮汐。\n\n# Tides\n\nThe moon makes the tides rise.\n", "utf-8"
    )
    (folder / "garden.txt").write_text("Tomatoes need sun and water.\n", "utf-8")
    with pytest.MonkeyPatch.context() as patch, counting_agent(home) as agent:
        patch.setenv("VECTRAY_HOME", str(home))
        agent.add(folder)
        agent.wait_files(2)
        yield folder
