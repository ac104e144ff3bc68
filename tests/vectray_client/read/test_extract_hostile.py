import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.vectray_client.read.hostile import hostile_documents

# For these nothing but the end of the process helps: PDFium would draw for minutes, or until memory ends.
DEADLY = ("flate_bomb.pdf", "recursive_form.pdf")
MEMORY_BYTES = 1_500_000_000

# Runs in a process of its own: what is tested must not be able to take the tests down.
EXTRACT_ALL = """
import resource, sys
from pathlib import Path
from vectray_client.domain import Refusal
from vectray_client.read.extract import EXTRACTORS
from vectray_client.read.filetypes import file_type_of

folder, seconds, memory_bytes = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
for path in sorted(folder.iterdir()):
    try:
        answer = EXTRACTORS[file_type_of(path.name)](path.read_bytes())
    except Exception as error:
        print(path.name, "raised", type(error).__name__, sep="\\t")
    else:
        told = answer.reason if isinstance(answer, Refusal) else answer.text[:10_000]
        print(path.name, type(answer).__name__, repr(told), sep="\\t")
"""


def _extract(
    folder: Path, documents: Mapping[str, bytes], *, seconds: int
) -> subprocess.CompletedProcess[str]:
    for name, content in documents.items():
        (folder / name).write_bytes(content)
    command = [sys.executable, "-c", EXTRACT_ALL, str(folder), str(seconds), str(MEMORY_BYTES)]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env={"PYTHONPATH": ":".join(sys.path)}
    )


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, tuple[str, str]]:
    """What became of every document that may be survived: the kind of answer, and the answer."""
    documents = {name: content for name, content in hostile_documents().items() if name not in DEADLY}
    ended = _extract(tmp_path_factory.mktemp("hostile"), documents, seconds=60)
    lines = [line.split("\t") for line in ended.stdout.splitlines()]
    assert set(documents) == {name for name, _, _ in lines}, ended.stderr[-1_000:]
    return {name: (kind, told) for name, kind, told in lines}


def test_every_hostile_document_ends_in_an_answer(answers: Mapping[str, tuple[str, str]]) -> None:
    """An Extracted, a Refusal, or an error that a reader makes one of; within 1.5 GB and a minute for all of them."""
    kinds = {kind for kind, _ in answers.values()}
    assert kinds == {"Extracted", "Refusal", "raised"}
    errors = {told for kind, told in answers.values() if kind == "raised"}
    assert errors <= {"XMLSyntaxError", "RecursionError", "BadZipFile", "KeyError", "StopIteration", "error"}


def test_no_other_file_is_let_in(answers: Mapping[str, tuple[str, str]]) -> None:
    """An entity that names a file of the machine stays a name, in every format of XML."""
    spies = {name: told for name, (_, told) in answers.items() if name.startswith("spy")}
    assert len(spies) == 7
    assert not any("root:" in told for told in spies.values())


def test_entities_are_not_multiplied(answers: Mapping[str, tuple[str, str]]) -> None:
    """A few bytes of declarations never become a gigabyte of laughter."""
    laughs = {name: told for name, (_, told) in answers.items() if name.startswith("laughs")}
    assert len(laughs) == 7
    assert not any("hahaha" in told for told in laughs.values())


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("zip_bomb.docx", "it unpacks to more than 200 times its size"),
        ("deep_parts.eml", "its parts are nested more than 30 deep"),
        ("deep.ipynb", "its parts are nested too deeply"),
        ("notebook_of_something_else.ipynb", "its content is not what its name says"),
        ("page_count.pdf", "the PDF is damaged"),
        ("sparse.xlsx", "S\\n\\nnear\\nfar"),
        ("endless.ods", "S\\n\\nx"),
        ("deep.html", "text"),
        ("deep.epub", "text"),
        ("charset_that_lies.eml", "说谎的编码标签，正文其实是中文"),
        ("charset_that_is_none.eml", "没有这样的编码，正文仍是中文"),
        ("charset_that_is_a_tool.eml", "text"),
        ("charset_that_lies.html", "说谎的编码标签，正文其实是中文"),
    ],
)
def test_what_can_be_said_or_saved_is(answers: Mapping[str, tuple[str, str]], name: str, told: str) -> None:
    """One plain sentence, or the text in spite of all."""
    assert answers[name][1] == repr(told).replace("\\\\", "\\")


@pytest.mark.slow
@pytest.mark.parametrize("name", DEADLY)
def test_bounds_end_what_would_not_end(tmp_path: Path, name: str) -> None:
    """The process dies of its limits, or comes through within them; nothing else does."""
    ended = _extract(tmp_path, {name: hostile_documents()[name]}, seconds=3)
    assert ended.returncode < 0 or name in ended.stdout
