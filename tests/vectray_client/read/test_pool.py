import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from tests.vectray_client.read.samples import endless_pdf, write_tokenizer

from vectray_client.domain import Document, Refusal, Verdict
from vectray_client.read.options import MEGABYTE, Limits, ReadOptions, TokenizerUnusable
from vectray_client.read.pool import Readers, Task

CRASHED = Refusal(verdict=Verdict.FAILED, reason="the reader crashed on it", is_poison=True)


@pytest.fixture
def options(tmp_path: Path) -> ReadOptions:
    """For the simplest of tokenizers."""
    return ReadOptions(tokenizer_path=write_tokenizer(tmp_path), max_tokens=64)


@pytest.fixture
def good(tmp_path: Path) -> str:
    """The path of a file like any other."""
    path = tmp_path / "good.txt"
    path.write_text("A good file.")
    return str(path)


@pytest.fixture
def endless(tmp_path: Path) -> str:
    """The path of a file that no reader comes to the end of."""
    path = tmp_path / "endless.pdf"
    path.write_bytes(endless_pdf())
    return str(path)


_STRANGERS: set[int] = set()
"""Readers that other modules' tests keep."""


@pytest.fixture(autouse=True, scope="module")
def _note_strangers() -> None:
    _STRANGERS.update(reader.pid for reader in _readers_running())


def _readers_running() -> list[psutil.Process]:
    children = psutil.Process().children()
    return [child for child in children if child.pid not in _STRANGERS and _is_reader(child)]


def _is_reader(child: psutil.Process) -> bool:
    try:
        return any("spawn_main" in part for part in child.cmdline())
    except psutil.NoSuchProcess:
        return False


def _wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.02)


def _is_reading(process: psutil.Process) -> bool:
    return process.cpu_times().user > 0.5  # its start takes less


def _submit(readers: Readers, *paths: str) -> "Future[list[Document | Refusal]]":
    return readers.submit([Task(path=path, size=1_000) for path in paths])


def _read(readers: Readers, *paths: str) -> list[Document | Refusal]:
    return _submit(readers, *paths).result(timeout=30)


def _texts(answers: Sequence[Document | Refusal]) -> list[str]:
    return [answer.chunks[0].text if isinstance(answer, Document) else answer.reason for answer in answers]


def test_no_process_starts_before_there_is_something_to_read(options: ReadOptions) -> None:
    """A folder without changes costs no process."""
    with Readers(options, processes=2):
        assert _readers_running() == []


def test_a_batch_is_answered_in_order(options: ReadOptions, tmp_path: Path) -> None:
    """One answer for each file, whatever it is; and batches beside each other do not mix."""
    paths = [tmp_path / f"{number}.txt" for number in range(40)]
    for number, path in enumerate(paths):
        path.write_text(f"number {number}" if number % 5 else "")
    expected = [f"number {number}" if number % 5 else "it is empty" for number in range(40)]
    with Readers(options, processes=2) as readers:
        halves = [_submit(readers, *map(str, paths[:20])), _submit(readers, *map(str, paths[20:]))]
        assert [*_texts(halves[0].result(timeout=30)), *_texts(halves[1].result(timeout=30))] == expected
        assert len(_readers_running()) <= 2


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have names of characters, not of bytes")
def test_names_may_be_any_bytes(options: ReadOptions, tmp_path: Path) -> None:
    """Line feeds, what is no UTF-8, and as many bytes as the system takes."""
    names = [b"two\nlines.txt", b"latin-\xe9.txt", b"x" * 251 + b".txt"]
    paths = [tmp_path / os.fsdecode(name) for name in names]
    for path in paths:
        path.write_text("text")
    with Readers(options) as readers:
        assert _texts(_read(readers, *map(str, paths))) == ["text"] * 3


@pytest.mark.slow
def test_a_hanging_file_costs_its_neighbours_nothing(tmp_path: Path, good: str, endless: str) -> None:
    """Its time passes twice; what stood before and after it in the batch is read, and it alone is poison."""
    limits = Limits(base_seconds=0.5, seconds_per_megabyte=0)
    options = ReadOptions(tokenizer_path=write_tokenizer(tmp_path), max_tokens=64, limits=limits)
    late = Refusal(verdict=Verdict.FAILED, reason="reading it took longer than 0.5 s", is_poison=True)
    with Readers(options) as readers:
        before, hanging, after = _read(readers, good, endless, good)
        assert hanging == late
        assert _texts([before, after]) == ["A good file."] * 2


def test_a_busy_machine_is_no_fault_of_the_file(tmp_path: Path, good: str) -> None:
    """A reader that gets no processor for longer than the file may cost goes on when it gets one."""
    limits = Limits(base_seconds=0.5, seconds_per_megabyte=0)
    options = ReadOptions(tokenizer_path=write_tokenizer(tmp_path), max_tokens=64, limits=limits)
    with Readers(options) as readers:
        _read(readers, good)
        (reader,) = _readers_running()
        reader.suspend()
        waiting = _submit(readers, good)
        with pytest.raises(TimeoutError):
            waiting.result(timeout=1.2)
        reader.resume()
        assert _texts(waiting.result(timeout=30)) == ["A good file."]
        assert _readers_running() == [reader]


def test_a_crashing_reader_is_replaced(options: ReadOptions, good: str, endless: str) -> None:
    """Only a file over which two died is refused; one that dies between two files harms none."""
    with Readers(options) as readers:
        crashing = _submit(readers, good, endless, good)
        for _ in range(2):
            assert not crashing.done()
            _wait_until(lambda: any(map(_is_reading, _readers_running())))
            _readers_running()[0].kill()
            _wait_until(lambda: not any(map(_is_reading, _readers_running())))
        assert _texts(crashing.result(timeout=30)) == ["A good file.", CRASHED.reason, "A good file."]
        assert crashing.result()[1] == CRASHED
        _readers_running()[0].kill()
        assert _texts(_read(readers, good)) == ["A good file."]


def test_closing_ends_readers_in_the_middle_of_a_file(options: ReadOptions, endless: str) -> None:
    """Nobody waits for what hangs; what was not read is cancelled."""
    with Readers(options) as readers:
        futures = [_submit(readers, endless) for _ in range(3)]
        _wait_until(lambda: any(map(_is_reading, _readers_running())))
        started = time.monotonic()
    assert time.monotonic() - started < 3
    assert _readers_running() == []
    for future in futures:
        with pytest.raises(CancelledError):
            future.result(timeout=0)


@pytest.mark.slow
@pytest.mark.parametrize("bound", ["address_bytes", "memory_bytes"])
def test_a_file_that_needs_too_much_memory_is_refused(tmp_path: Path, good: str, bound: str) -> None:
    """The reader's memory ends before the machine's does, whether the system or the reader's owner sees to it."""
    large = tmp_path / "large.txt"
    large.write_bytes("\U0001f600".encode() + b"x " * 20_000_000)
    tokenizer = write_tokenizer(tmp_path)
    options = replace(ReadOptions(tokenizer_path=tokenizer, max_tokens=64), **{bound: 300 * MEGABYTE})
    with Readers(options) as readers:
        too_much, fine = _read(readers, str(large), good)
    assert too_much == Refusal(
        verdict=Verdict.FAILED, reason="reading it needs more than 300 MB of memory", is_poison=True
    )
    assert isinstance(fine, Document)


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_the_kernel_refuses_a_reader_the_network(options: ReadOptions, good: str) -> None:
    """A filter is in force in the very process that reads; what it refuses is tested with it."""
    with Readers(options) as readers:
        _read(readers, good)
        status = Path(f"/proc/{_readers_running()[0].pid}/status").read_text()
    assert "\nSeccomp:\t2\n" in status


@pytest.mark.slow
def test_readers_end_with_their_owner(options: ReadOptions, good: str, tmp_path: Path) -> None:
    """One that waits for work ends at once when its owner is killed."""
    script = tmp_path / "script.py"
    script.write_text(
        "from vectray_client.read.options import ReadOptions\n"
        "from vectray_client.read.pool import Readers, Task\n"
        "import psutil, time\n"
        f"with Readers(ReadOptions(tokenizer_path={options.tokenizer_path!r}, max_tokens=64)) as readers:\n"
        f"    readers.submit([Task({good!r}, 12)]).result()\n"
        "    print(*(child.pid for child in psutil.Process().children()), flush=True)\n"
        "    time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        children = [psutil.Process(int(pid)) for pid in program.stdout.readline().split()]
        program.kill()
    _, alive = psutil.wait_procs(children, timeout=10)
    assert (len(children), alive) == (2, [])


def test_a_broken_tokenizer_is_an_error_and_no_refusal(tmp_path: Path, good: str) -> None:
    """The caller learns that nothing can be read; the file is not blamed."""
    missing = ReadOptions(tokenizer_path=str(tmp_path / "none.json"), max_tokens=64)
    with Readers(missing) as readers, pytest.raises(TokenizerUnusable, match="No such file"):
        _read(readers, good)


def test_readers_do_not_run_the_program_that_started_them(
    options: ReadOptions, good: str, tmp_path: Path
) -> None:
    """A script without a guard around its main part is not started over in every reader, and hears nothing of them."""
    script = tmp_path / "script.py"
    script.write_text(
        "from vectray_client.read.options import ReadOptions\n"
        "from vectray_client.read.pool import Readers, Task\n"
        "print('started')\n"
        f"with Readers(ReadOptions(tokenizer_path={options.tokenizer_path!r}, max_tokens=64)) as readers:\n"
        f"    print(readers.submit([Task({good!r}, 12)]).result()[0].chunks[0].text)\n"
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=30, check=True)
    assert (done.stdout, done.stderr) == ("started\nA good file.\n", "")


def test_readers_that_are_stopped_while_they_start_say_nothing(options: ReadOptions, good: str) -> None:
    """A program that changes its mind leaves no traceback of somebody else on its terminal."""
    script = (
        "from vectray_client.read.options import ReadOptions\n"
        "from vectray_client.read.pool import Readers, Task\n"
        f"with Readers(ReadOptions(tokenizer_path={options.tokenizer_path!r}, max_tokens=64), processes=2) as readers:\n"
        f"    readers.submit([Task({good!r}, 12)])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=30, check=True
    )
    assert (done.stdout, done.stderr) == ("", "")


def test_an_interrupt_at_the_terminal_ends_all(options: ReadOptions, endless: str, tmp_path: Path) -> None:
    """Ctrl-C reaches the whole group; the program ends as interrupted programs do, soon and without a word from readers."""
    script = tmp_path / "script.py"
    script.write_text(
        "import sys\n"
        "from vectray_client.read.options import ReadOptions\n"
        "from vectray_client.read.pool import Readers, Task\n"
        "try:\n"
        f"    with Readers(ReadOptions(tokenizer_path={options.tokenizer_path!r}, max_tokens=64)) as readers:\n"
        f"        future = readers.submit([Task({endless!r}, 12)])\n"
        "        print('reading', flush=True)\n"
        "        future.result()\n"
        "except KeyboardInterrupt:\n"
        "    sys.exit('interrupted')\n"
    )
    program = subprocess.Popen(
        [sys.executable, script],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert program.stdout is not None
    assert program.stdout.readline() == "reading\n"
    time.sleep(0.2)
    os.killpg(program.pid, signal.SIGINT)
    assert program.communicate(timeout=10) == ("", "interrupted\n")
    assert program.returncode == 1
