"""What each way of installing brings is enough for what it is for."""

import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

# Everything that is installed here, and would not be there.
WITHOUT = """\
import importlib, pkgutil, sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {absent!r}:
            raise ModuleNotFoundError(name, name=name)
sys.meta_path.insert(0, Absent())
for name in {packages!r}:
    package = importlib.import_module(name)
    for module in pkgutil.walk_packages(package.__path__, name + "."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
"""


def brought_by(*wanted: str) -> set[str]:
    """The names of all distributions that some requirements bring here, themselves included."""
    found: set[str] = set()
    waiting = [Requirement(text) for text in wanted]
    while waiting:
        one = waiting.pop()
        if (one.marker and not one.marker.evaluate()) or canonicalize_name(one.name) in found:
            continue
        found.add(canonicalize_name(one.name))
        needs = [Requirement(text) for text in requires(one.name) or ()]
        waiting += [need for need in needs if not (need.marker and "extra" in str(need.marker))]
    return found


@pytest.mark.parametrize(
    ("extras", "packages"),
    [
        pytest.param((), ["vectray", "vectray_client.sdk"], id="base"),
        pytest.param(("desktop",), ["vectray_client"], id="desktop"),
    ],
)
def test_an_installation_has_all_that_it_imports(extras: tuple[str, ...], packages: list[str]) -> None:
    """The SDK needs the base alone, and the whole client its own extra: nothing of the daemon's and nothing of the checks'."""
    chosen = [need for extra in extras for need in PROJECT["optional-dependencies"][extra]]
    there = brought_by(*PROJECT["dependencies"], *chosen)
    absent = {
        module
        for module, owners in packages_distributions().items()
        if not there & {canonicalize_name(owner) for owner in owners}
    } - {"vectray", "vectrayd", "vectray_client", "_virtualenv"}
    program = WITHOUT.format(absent=absent, packages=packages)
    done = subprocess.run(
        [sys.executable, "-c", program], stderr=subprocess.PIPE, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
