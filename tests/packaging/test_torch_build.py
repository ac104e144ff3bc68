from dataclasses import replace
from pathlib import Path

import pytest
from pip_runs import Pip, PipFailedError
from tests.packaging.wheels import put_torch_wheel
from torch_build import CPU_INDEX, NoCpuBuildError, TorchChoice, choose, install_torch

CPU_FIRST = (("--index-url", CPU_INDEX), ())
AS_CONFIGURED = ((),)


@pytest.mark.parametrize(
    ("cuda", "reachable", "system", "expected"),
    [
        (
            False,
            True,
            "linux",
            TorchChoice(requirement="torch==2.13.0+cpu", cpu_only=True, sources=CPU_FIRST),
        ),
        (
            False,
            False,
            "linux",
            TorchChoice(requirement="torch==2.13.0+cpu", cpu_only=True, sources=AS_CONFIGURED),
        ),
        (
            True,
            True,
            "linux",
            TorchChoice(requirement="torch==2.13.0,!=2.13.0+cpu", cpu_only=False, sources=AS_CONFIGURED),
        ),
        (
            False,
            True,
            "darwin",
            TorchChoice(requirement="torch==2.13.0", cpu_only=False, sources=AS_CONFIGURED),
        ),
        (
            False,
            True,
            "win32",
            TorchChoice(requirement="torch==2.13.0", cpu_only=False, sources=AS_CONFIGURED),
        ),
    ],
)
def test_linux_gets_the_build_that_was_asked_for(
    *, cuda: bool, reachable: bool, system: str, expected: TorchChoice
) -> None:
    """CUDA comes only on request; the index of CPU builds is used if it answers, pip's own configuration otherwise."""
    assert (
        choose("2.13.0", cuda=cuda, reachable=lambda: reachable, system=system, machine="x86_64") == expected
    )


def chosen(folder: Path, *, cuda: bool) -> TorchChoice:
    """What Linux asks for, to be looked for in this folder alone."""
    choice = choose("2.1.0", cuda=cuda, reachable=lambda: False, system="linux", machine="x86_64")
    return replace(choice, sources=(("--isolated", "--no-index", "-f", str(folder)),))


def test_gigabytes_are_never_downloaded_unasked(pip: Pip, tmp_path: Path) -> None:
    """Where pip finds the usual build alone, nothing is installed, and one sentence names every way out."""
    put_torch_wheel(tmp_path, "2.1.0")
    with pytest.raises(NoCpuBuildError) as refusal:
        install_torch(pip, chosen(tmp_path, cuda=False))
    for word in ("torch==2.1.0+cpu", "--cuda", CPU_INDEX, "find-links"):
        assert word in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert "Installing" not in pip.log.read_text(encoding="utf-8")


@pytest.mark.slow
def test_cuda_that_was_asked_for_is_not_silently_left_out(pip: Pip, tmp_path: Path) -> None:
    """A CPU build is no answer to `--cuda`."""
    put_torch_wheel(tmp_path, "2.1.0+cpu")
    with pytest.raises(PipFailedError, match="no release that fits"):
        install_torch(pip, chosen(tmp_path, cuda=True))


@pytest.mark.slow
@pytest.mark.parametrize(("cuda", "version"), [(False, "2.1.0+cpu"), (True, "2.1.0")])
def test_the_right_build_is_taken_where_both_are(
    pip: Pip, tmp_path: Path, *, cuda: bool, version: str
) -> None:
    """A real pip picks between the two wheels as asked, and leaves alone what torch itself requires."""
    put_torch_wheel(tmp_path, "2.1.0")
    put_torch_wheel(tmp_path, "2.1.0+cpu")
    choice = chosen(tmp_path, cuda=cuda)
    (source,) = choice.sources
    target = ("--target", str(tmp_path / "out"))
    install_torch(pip, replace(choice, sources=((*source, *target),)))
    assert {path.name for path in (tmp_path / "out").iterdir()} == {f"torch-{version}.dist-info"}


@pytest.mark.slow
def test_the_next_place_is_tried_when_the_first_has_nothing(pip: Pip, tmp_path: Path) -> None:
    """An index that answers but has no fitting wheel does not end the search."""
    put_torch_wheel(tmp_path, "2.1.0+cpu")
    choice = chosen(tmp_path, cuda=False)
    (good,) = choice.sources
    empty = ("--isolated", "--no-index")
    target = ("--target", str(tmp_path / "out"))
    install_torch(pip, replace(choice, sources=(empty, (*good, *target))))
    assert (tmp_path / "out" / "torch-2.1.0+cpu.dist-info").is_dir()
