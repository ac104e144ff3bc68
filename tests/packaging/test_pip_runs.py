import sys
from pathlib import Path

import pytest
from pip_runs import Pip, PipFailedError, likely_reason, step

NO_NETWORK = """\
WARNING: Retrying (Retry(total=0, connect=None)) after connection broken by 'NewConnectionError('<pip._vendor.urllib3>: \
Failed to establish a new connection: [Errno -3] Temporary failure in name resolution')': /simple/numpy/
ERROR: Could not find a version that satisfies the requirement numpy (from versions: none)
ERROR: No matching distribution found for numpy
"""


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        (NO_NETWORK, "cannot be reached"),
        (
            "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device\n",
            "no space left",
        ),
        ("ERROR: No matching distribution found for torch==2.13.0\n", "no release that fits"),
        (
            "SSLError(SSLCertVerificationError(1, 'CERTIFICATE_VERIFY_FAILED'))\nERROR: No matching distribution\n",
            "cert",
        ),
        ("ERROR: [Errno 13] Permission denied: '/opt/x'\n", "may not be written"),
    ],
)
def test_the_likely_reason_is_read_from_what_pip_says(output: str, expected: str) -> None:
    """The cause is named, not its last symptom: without a network, too, pip ends in 'no matching distribution'."""
    assert expected in likely_reason(output.splitlines(keepends=True))


def test_no_reason_is_made_up() -> None:
    """What pip says for the first time gets no explanation."""
    assert likely_reason(["ERROR: something that nobody has seen before\n"]) == ""


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Collecting numpy>=1.26\n", "looking for numpy>=1.26"),
        (
            "  Downloading torch-2.13.0-cp311.whl (188.9 MB)\n",
            "downloading torch-2.13.0 (188.9 MB)",
        ),
        (
            "  Downloading https://host/a-b/scipy-1.17-cp311.whl (35.3 MB)\n",
            "downloading scipy-1.17 (35.3 MB)",
        ),
        ("Installing collected packages: mpmath, torch\n", "unpacking everything"),
        ("Requirement already satisfied: numpy in ./lib\n", ""),
    ],
)
def test_progress_is_a_few_words(line: str, expected: str) -> None:
    """Only lines that tell of something new are shown, without addresses."""
    assert step(line) == expected


def test_a_failure_of_pip_comes_with_its_reason_and_its_last_lines(tmp_path: Path) -> None:
    """A real pip that cannot find a package: the reason, the output in the log, and the steps on the way."""
    steps: list[str] = []
    pip = Pip(python=Path(sys.executable), log=tmp_path / "log", show=steps.append)
    with pytest.raises(PipFailedError) as failure:
        pip.install("--isolated", "--no-index", "--find-links", str(tmp_path), "vectray-that-is-nowhere")
    assert "no release that fits" in failure.value.reason
    assert "vectray-that-is-nowhere" in failure.value.tail
    assert "vectray-that-is-nowhere" in pip.log.read_text(encoding="utf-8")
