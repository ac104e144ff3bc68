import json

import pytest

from vectray_client.domain import Extracted, Refusal
from vectray_client.read.notebook import extract_notebook


def _read(*cells: object, **more: object) -> Extracted:
    extracted = extract_notebook(json.dumps({"cells": cells, **more}).encode())
    assert isinstance(extracted, Extracted)
    return extracted


def test_cells_are_read_as_what_they_are() -> None:
    """Markdown with its headings, code as code, both known by what stands beside them."""
    extracted = _read(
        {"cell_type": "markdown", "source": ["# 标题\n", "\n", "A paragraph.\n", "```\ncode\n```"]},
        {"cell_type": "code", "source": "x = 1\n\ny = 2", "execution_count": 7, "outputs": []},
        {"cell_type": "code", "source": ["z"], "execution_count": None},
    )
    blocks = [(extracted.text[b.start : b.end], b.heading_level, b.is_code) for b in extracted.blocks]
    assert blocks == [
        ("标题", 1, False),
        ("A paragraph.", 0, False),
        ("```\ncode\n```", 0, True),
        ("x = 1\n\ny = 2", 0, True),
        ("z", 0, True),
    ]
    assert extracted.title == "标题"
    names = {extracted.text[offset]: name for offset, name in extracted.cells}
    assert names == {"标": "cell 1", "A": "cell 1", "`": "cell 1", "x": "In [7]", "z": "In [ ]"}


def test_what_was_printed_is_read_shortly() -> None:
    """Text and errors; pictures and pages are not, and a log without end is cut."""
    extracted = _read(
        {
            "cell_type": "code",
            "source": "run()",
            "outputs": [
                {"output_type": "stream", "text": ["line\n", "next"]},
                {
                    "output_type": "display_data",
                    "data": {"image/png": "iVBOR", "text/html": "<b>", "text/plain": "42"},
                },
                {"output_type": "error", "ename": "ValueError", "evalue": "no", "traceback": ["..."]},
                {"output_type": "stream", "text": "x" * 10_000},
            ],
        }
    )
    assert extracted.text.startswith("run()\n\nline\nnext\n42\nValueError: no\nxxx")
    assert len(extracted.text) < 2_100


def test_old_notebooks_are_read() -> None:
    """Format 3 has worksheets, cells for headings, and other names."""
    cells = [
        {"cell_type": "heading", "source": "Old", "level": 2},
        {"cell_type": "code", "input": "a", "prompt_number": 3},
    ]
    extracted = extract_notebook(json.dumps({"worksheets": [{"cells": cells}]}).encode())
    assert isinstance(extracted, Extracted)
    assert extracted.text == "Old\n\na"
    assert extracted.blocks[0].heading_level == 2
    assert extracted.cells == ((0, "cell 1"), (5, "In [3]"))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"plain text", "its content is not what its name says"),
        (b'{"cells": [1]}', "its content is not what its name says"),
        (b"[" * 100_000, "its parts are nested too deeply"),
        (b"\xff\xfe\0", "its content is not what its name says"),
    ],
)
def test_what_is_no_notebook_is_refused(content: bytes, reason: str) -> None:
    """In one sentence."""
    answer = extract_notebook(content)
    assert isinstance(answer, Refusal)
    assert answer.reason == reason
