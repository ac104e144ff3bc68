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
    for module in pkgutil.walk_packages(getattr(package, "__path__", ()), name + "."):
        if not module.name.endswith("__main__") and not module.name.startswith("vectray_client.adapters."):
            importlib.import_module(module.name)
"""


def brought_by(*wanted: str) -> set[str]:
    """The names of all distributions that some requirements bring here, themselves included."""
    found: set[tuple[str, str]] = set()
    waiting = [(Requirement(text), "") for text in wanted]
    while waiting:
        one, asked_with = waiting.pop()
        if one.marker and not one.marker.evaluate({"extra": asked_with}):
            continue
        for extra in ("", *one.extras):
            if (canonicalize_name(one.name), extra) not in found:
                found.add((canonicalize_name(one.name), extra))
                waiting += [(Requirement(text), extra) for text in requires(one.name) or ()]
    return {name for name, _ in found}


@pytest.mark.parametrize(
    ("extras", "packages"),
    [
        pytest.param((), ["vectray", "vectray_client.sdk"], id="base"),
        pytest.param(("desktop",), ["vectray_client"], id="desktop"),
        pytest.param(("langchain",), ["vectray_client.adapters.langchain"], id="langchain"),
        pytest.param(("llama-index",), ["vectray_client.adapters.llama_index"], id="llama-index"),
    ],
)
def test_an_installation_has_all_that_it_imports(extras: tuple[str, ...], packages: list[str]) -> None:
    """The SDK needs the base alone, the client its own extra, each adapter its own: nothing of the daemon's and nothing of the checks'."""
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
