import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from environment import Environment
from first_search import (
    GENERAL_QUESTIONS,
    SAMPLE_QUESTIONS,
    SAMPLES,
    Installed,
    Question,
    QuickstartError,
    answers,
    listed,
    main,
    show,
)

# Stands for the installed programs: it answers as they do, with the files that it is told.
STAND_IN = """\
import json, sys
arguments, first = sys.argv[1:], {first!r}
assert arguments[-1] == "--json"
if arguments[0] == "index":
    print(json.dumps({{"files": {files}, "chunks": 9, "seconds": 1.5}}))
else:
    hit = {{"path": arguments[-2] + "/" + first, "text": "a  passage\\n of it", "page": 2, "line": None}}
    print(json.dumps({{"hits": [hit] if first else []}}))
"""


def put_script(path: Path, command: str) -> None:
    """A program that runs one line of shell. It knows no Python by path, since that path may hold spaces."""
    path.write_text(f"#!/bin/sh\n{command}\n", encoding="utf-8")
    path.chmod(0o755)


def stand_in(folder: Path, *, first: str, files: int = 8) -> Installed:
    """An installation whose `vectray` finds the file `first`, or nothing if that is empty."""
    environment = Environment(folder=folder)
    environment.scripts.mkdir()
    answering = folder / "vectray.py"
    answering.write_text(STAND_IN.format(first=first, files=files), encoding="utf-8")
    put_script(environment.program("vectray"), f'exec "{sys.executable}" "{answering}" "$@"')
    put_script(environment.program("python"), "echo 'the data'")
    return Installed(environment=environment, home=None)


def hit(path: Path, **place: str | int) -> dict[str, Any]:
    """A hit as `vectray search --json` prints it, reduced to what is read of it."""
    return {"path": str(path), "text": "some\n\ntext", "page": None, "line": None} | place


def test_the_sample_questions_are_about_the_samples() -> None:
    """One Chinese, one English, each with an answer among the documents that are shipped."""
    assert [question.text.isascii() for question in SAMPLE_QUESTIONS] == [False, True]
    assert all((SAMPLES / question.answer).is_file() for question in SAMPLE_QUESTIONS)


@pytest.mark.parametrize("question", SAMPLE_QUESTIONS)
def test_a_sample_question_is_answered_by_meaning_alone(question: Question) -> None:
    """No long word and no pair of Han characters of the question stands in the document that answers it."""
    answer = (SAMPLES / question.answer).read_text(encoding="utf-8").lower()
    telling = re.findall(r"[a-z]{5,}", question.text) + re.findall(r"(?=([\u4e00-\u9fff]{2}))", question.text)
    assert telling
    assert [word for word in telling if word in answer] == []


def test_only_the_right_document_at_the_top_is_an_answer() -> None:
    """Second place does not count; a question that nobody knows the answer to cannot fail."""
    question = Question(text="?", answer="right.md")
    right, wrong = hit(Path("/a/right.md")), hit(Path("/a/wrong.md"))
    assert answers(question, [right, wrong])
    assert not answers(question, [wrong, right])
    assert not answers(question, [])
    assert answers(GENERAL_QUESTIONS[0], [])


def test_a_hit_is_listed_with_its_place(tmp_path: Path) -> None:
    """The path as seen from the folder, the page or the line, and the passage in one line of bounded length."""
    hits = [
        hit(tmp_path / "a" / "b.pdf", page=3),
        hit(tmp_path / "c.md", line=7, text="很长" * 500),
        hit(Path("/elsewhere/d.md")),
    ]
    lines = listed(hits, tmp_path).splitlines()
    assert lines[0] == "1. a/b.pdf, page 3"
    assert lines[1] == "   some text"
    assert lines[2] == "2. c.md, line 7"
    assert len(lines[3]) < 200
    assert lines[4] == "3. /elsewhere/d.md"
    assert "nothing" in listed([], tmp_path)


def test_a_wrong_answer_about_the_samples_is_a_failure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The quickstart shows what was found all the same, and then says which question went wrong."""
    installed = stand_in(tmp_path, first=SAMPLE_QUESTIONS[0].answer)
    with pytest.raises(QuickstartError) as failure:
        show(installed, SAMPLES)
    assert SAMPLE_QUESTIONS[1].text in str(failure.value)
    assert SAMPLE_QUESTIONS[0].text not in str(failure.value)
    assert f"1. {SAMPLE_QUESTIONS[0].answer}, page 2\n   a passage of it" in capsys.readouterr().out


def test_own_documents_are_asked_without_a_verdict(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two general questions, whatever comes back, and then how to go on and where everything lies."""
    show(stand_in(tmp_path, first=""), tmp_path)
    output = capsys.readouterr().out
    for words in (*(question.text for question in GENERAL_QUESTIONS), "search", "status", "stop", "the data"):
        assert words in output


def test_a_folder_without_documents_is_named(tmp_path: Path) -> None:
    """Nothing to index is no success."""
    with pytest.raises(QuickstartError, match="nothing in"):
        show(stand_in(tmp_path, first="", files=0), tmp_path)


def test_a_program_that_fails_is_named(tmp_path: Path) -> None:
    """A failure of the installed program ends the quickstart with its exit code and no traceback of ours."""
    installed = stand_in(tmp_path, first="")
    put_script(installed.environment.program("vectray"), "exit 4")
    with pytest.raises(QuickstartError, match="exit code 4"):
        installed.vectray("index", "x")
    put_script(installed.environment.program("vectray"), "echo no json")
    with pytest.raises(QuickstartError, match="no json"):
        installed.vectray("index", "x")


def test_home_is_passed_on(tmp_path: Path) -> None:
    """`--home` reaches every program as VECTRAY_HOME."""
    installed = Installed(environment=stand_in(tmp_path, first="").environment, home=tmp_path / "家")
    code = "import json, os; print(json.dumps(os.environ['VECTRAY_HOME']))"
    installed.environment.program("python").unlink()
    installed.environment.program("python").symlink_to(sys.executable)
    assert json.loads(installed.run("python", "-c", code)) == str(tmp_path / "家")


def test_a_folder_that_is_none_is_refused_before_anything_is_installed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A slip of the keyboard costs no download."""
    with pytest.raises(SystemExit):
        main([str(tmp_path / "missing")])
    assert "is not a folder" in capsys.readouterr().err
