"""The shape of the whole project: short files, short functions, names that say something."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
PYTHON_FOLDERS = ("protos", "daemon", "client", "packaging", "tests")
TESTED_PACKAGES = {
    "vectrayd": ROOT / "daemon" / "vectrayd",
    "vectray_client": ROOT / "client" / "vectray_client",
    "packaging": ROOT / "packaging",
}
LONGEST_MODULE_LINES = 300
LONGEST_FUNCTION_LINES = 60
NAMES_THAT_SAY_NOTHING = {"utils", "util", "helpers", "helper", "common", "base", "misc"}
# Put together here, so that this file does not name them itself.
HOST_FOLDERS = tuple(b"/" + name + b"/" for name in (b"work", b"root"))


def project_files(*folders: str) -> Iterator[Path]:
    """Every file that people wrote, below these folders."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts and "_pb2" not in path.name:
                yield path


def python_files() -> list[Path]:
    """Every Python file that people wrote."""
    return [path for path in project_files(*PYTHON_FOLDERS) if path.suffix == ".py"]


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function in a file, those inside classes and other functions too."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def shown(path: Path) -> str:
    """A path as a failing test should print it."""
    return path.relative_to(ROOT).as_posix()


def test_the_folders_are_the_ones_that_exist() -> None:
    """The other tests here look at files, so they must not be looking at nothing."""
    assert len(python_files()) > 20
    assert all(folder.is_dir() for folder in TESTED_PACKAGES.values())


def test_no_module_is_long() -> None:
    """A module that outgrows three hundred lines holds two ideas."""
    lengths = {shown(path): len(path.read_text(encoding="utf-8").splitlines()) for path in python_files()}
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST_MODULE_LINES} == {}


def test_no_function_is_long() -> None:
    """A function is read at one go."""
    long = {
        f"{shown(path)}:{function.name}": length
        for path in python_files()
        for function in functions(path)
        if (length := (function.end_lineno or 0) - function.lineno + 1) > LONGEST_FUNCTION_LINES
    }
    assert long == {}


def test_every_file_is_named_for_what_it_knows() -> None:
    """A name that fits everything keeps nothing out."""
    named = {
        shown(path) for path in python_files() if {path.stem, *path.parts[-2:-1]} & NAMES_THAT_SAY_NOTHING
    }
    assert named == set()


def test_every_test_says_its_law() -> None:
    """A test's docstring is the sentence that its failure refutes."""
    silent = {
        f"{shown(path)}:{function.name}"
        for path in project_files("tests")
        if path.suffix == ".py"
        for function in functions(path)
        if function.name.startswith("test_") and not ast.get_docstring(function)
    }
    assert silent == set()


def test_tests_are_named_for_what_they_test() -> None:
    """`tests/<package>/a/test_x.py` tests the module or folder `a/x` of that package; more words may follow the name."""
    strays = set()
    for name, folder in TESTED_PACKAGES.items():
        tests = ROOT / "tests" / name
        for test in tests.rglob("test_*.py"):
            known = {path.stem.strip("_") for path in (folder / test.parent.relative_to(tests)).glob("*")}
            words = test.stem.split("_")[1:]
            if not any("_".join(words[:count]) in known for count in range(1, len(words) + 1)):
                strays.add(shown(test))
    assert strays == set()


def test_nothing_names_a_place_on_somebodys_machine() -> None:
    """What works only where it was written does not belong in the project."""
    top = (path for path in ROOT.iterdir() if path.is_file() and path.name != ".git")
    files = (*top, *project_files(*PYTHON_FOLDERS, "docs", ".ci"))
    assert {shown(path) for path in files if any(name in path.read_bytes() for name in HOST_FOLDERS)} == set()
