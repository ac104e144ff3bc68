import json
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from environment import (
    Environment,
    Order,
    Probed,
    Stamp,
    flaw,
    inputs_hash,
    probe,
    read_stamp,
    torch_is_missing,
    torch_pin,
    wanted_stamp,
)

PROBED = Probed(python=(3, 12), torch="2.13.0+cpu")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with the two files that say what to install, its name as awkward as names may be."""
    root = tmp_path / "my 项目"
    (root / "packaging").mkdir(parents=True)
    (root / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    (root / "packaging" / "constraints.txt").write_text("# torch==1.0\ntorch==2.13.0\nruff==1\n")
    return root


def stamp_of(environment: Environment) -> Stamp:
    """A stamp that fits the environment and PROBED."""
    return Stamp(
        folder=str(environment.folder), python=(3, 12), inputs="abc", extras=("all", "dev"), cuda=True
    )


def test_a_stamp_survives_the_disk(tmp_path: Path) -> None:
    """What was written is what is read, so that an unchanged project costs no installation."""
    environment = Environment(folder=tmp_path)
    environment.stamp.write_text(json.dumps(asdict(stamp_of(environment))), encoding="utf-8")
    assert read_stamp(environment) == stamp_of(environment)


@pytest.mark.parametrize("text", ["", "{", "[]", "3", '{"folder": "/"}', '{"extras": 3, "python": []}'])
def test_a_stamp_that_cannot_be_read_is_no_stamp(text: str, tmp_path: Path) -> None:
    """A damaged stamp, or one of another version, means installing again and not a crash."""
    environment = Environment(folder=tmp_path)
    environment.stamp.write_text(text, encoding="utf-8")
    assert read_stamp(environment) is None


def test_what_is_there_stays_there(project: Path) -> None:
    """Quickstart and check share an environment; neither takes away what the other one asked for."""
    environment = Environment(folder=project / ".venv")
    old = replace(stamp_of(environment), inputs=inputs_hash(project))
    order = Order(root=project, extras=frozenset({"all"}), cuda=False)
    assert wanted_stamp(environment, PROBED, old, order) == old
    assert wanted_stamp(environment, PROBED, None, order) == replace(old, extras=("all",), cuda=False)


@pytest.mark.parametrize("name", ["pyproject.toml", "packaging/constraints.txt"])
def test_a_change_of_what_to_install_is_noticed(name: str, project: Path) -> None:
    """Both files are part of the stamp."""
    before = inputs_hash(project)
    (project / name).write_text("# changed\n")
    assert inputs_hash(project) != before


def test_a_sound_environment_is_kept(tmp_path: Path) -> None:
    """With or without a stamp: somebody else may have made it."""
    environment = Environment(folder=tmp_path)
    assert flaw(environment, PROBED, stamp_of(environment)) == ""
    assert flaw(environment, PROBED, None) == ""


def test_every_flaw_has_its_own_words(tmp_path: Path) -> None:
    """A broken environment is made anew, and the reason is told."""
    sound, absent, killed = (Environment(folder=tmp_path / name) for name in ("sound", "absent", "killed"))
    sound.folder.mkdir()
    killed.folder.mkdir()
    killed.unfinished.touch()
    stamp = stamp_of(sound)
    reasons = [
        flaw(absent, None, None),
        flaw(killed, PROBED, None),
        flaw(sound, None, stamp),
        flaw(sound, replace(PROBED, python=(3, 9)), None),
        flaw(sound, PROBED, replace(stamp, folder="/elsewhere/.venv")),
        flaw(sound, replace(PROBED, python=(3, 13)), stamp),
    ]
    assert all(reasons)
    assert len(set(reasons)) == len(reasons)


@pytest.mark.parametrize(
    ("installed", "cuda", "expected"),
    [
        ("", False, True),
        ("2.12.0+cpu", False, True),
        ("2.13.0+cpu", False, False),
        ("2.13.0", False, False),
        ("2.13.0+cpu", True, True),
        ("2.13.0", True, False),
        ("2.13.0+cu130", True, False),
    ],
)
def test_torch_is_fetched_only_when_it_does_not_fit(*, installed: str, cuda: bool, expected: bool) -> None:
    """The biggest download happens for another version, or for CUDA over a build without it, and not otherwise."""
    assert torch_is_missing(installed, "2.13.0", cuda=cuda) is expected


def test_the_pin_is_read_from_the_constraints(project: Path) -> None:
    """There is one place that says which torch is installed."""
    assert torch_pin(project) == "2.13.0"


def test_an_environment_speaks_for_itself(tmp_path: Path) -> None:
    """Its own Python tells the versions; without pip, or without a Python of its own, it does not count."""
    environment = Environment(folder=tmp_path / "一 two" / ".venv")
    assert probe(environment) is None
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment.folder], check=True)
    assert probe(environment) is None
    (packages,) = environment.folder.glob("[lL]ib/**/site-packages")
    (packages / "pip").mkdir()
    (packages / "pip" / "__init__.py").touch()
    assert probe(environment) == Probed(python=sys.version_info[:2], torch="")
    (packages / "torch-2.13.0+cpu.dist-info").mkdir()
    (packages / "torch-2.13.0+cpu.dist-info" / "METADATA").write_text("Name: torch\nVersion: 2.13.0+cpu\n")
    assert probe(environment) == Probed(python=sys.version_info[:2], torch="2.13.0+cpu")
    (environment.folder / "pyvenv.cfg").unlink()
    assert probe(environment) is None
