import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectrayd.domain.errors import InvalidOption
from vectrayd.domain.options import QUERY, EncodeOptions, Lane, Overlong, Wish
from vectrayd.transport.http.asked import asked

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def body(**fields: object) -> bytes:
    """A request's body."""
    return json.dumps({"input": "a", **fields}).encode()


def test_everything_said_is_understood() -> None:
    """Each field of OpenAI's and of ours ends in the order; the header's lane goes before the body's."""
    wanted = asked(
        body(
            input=["a", "b"],
            model="m",
            encoding_format="base64",
            dimensions=64,
            user="notes",
            task="query",
            overlong="truncate",
            lane="bulk",
        )
    )
    assert (wanted.texts, wanted.tokens) == (["a", "b"], [])
    assert wanted.wish == Wish(
        model="m",
        options=EncodeOptions(prompt=QUERY, dimensions=64, overlong=Overlong.TRUNCATE),
        lane=Lane.BULK,
        client="notes",
    )
    assert wanted.is_base64
    assert asked(body(lane="bulk"), "interactive").wish.lane is Lane.INTERACTIVE


def test_little_need_be_said() -> None:
    """Texts alone are a request; null means nothing said; a text that is too long is an error, as clients expect."""
    wanted = asked(body(model=None, dimensions=None, user=None))
    assert wanted.texts == ["a"]
    assert wanted.wish == Wish(options=EncodeOptions(overlong=Overlong.ERROR), client="http")
    assert not wanted.is_base64


@pytest.mark.parametrize("tokens", [[1, 2], [[1, 2]], [[1], [2, 3]]])
def test_tokens_are_told_from_texts(tokens: list[object]) -> None:
    """A list of numbers is one input, a list of lists several."""
    wanted = asked(body(input=tokens))
    assert wanted.texts == []
    assert len(wanted.tokens) == (1 if isinstance(tokens[0], int) else len(tokens))


@pytest.mark.parametrize(
    "fields",
    [
        {"input": None},
        {"input": ""[:0].split()},
        {"input": ["a", 1]},
        {"input": [["a"]]},
        {"input": [[]]},
        {"input": [True]},
        {"input": [-1]},
        {"input": [2**32]},
        {"input": [1] * 70_000},
        {"input": {"a": 1}},
        {"input": ["a"] * 2049},
        {"input": "\ud800"},
        {"user": "\udfff"},
        {"model": 3},
        {"dimensions": 0},
        {"dimensions": True},
        {"dimensions": 1.5},
        {"dimensions": 2**32},
        {"encoding_format": "hex"},
        {"encoding_format": ["float"]},
        {"task": "poem"},
        {"lane": "fast"},
        {"temperature": 1},
    ],
)
def test_what_makes_no_sense_is_refused(fields: dict[str, object]) -> None:
    """A field that is wrong, or that nobody knows, is an error: ignoring it would give another vector than was asked for."""
    with pytest.raises(InvalidOption):
        asked(body(**fields))


@given(
    st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()),
    st.none() | st.text(max_size=10),
)
def test_no_body_breaks_it(content: bytes, lane: str | None) -> None:
    """Whatever comes in is a request or InvalidOption."""
    try:
        asked(content, lane)
    except InvalidOption:
        return
    assert b"input" in content


@given(
    st.fixed_dictionaries(
        {},
        optional=dict.fromkeys(
            (
                "input",
                "model",
                "encoding_format",
                "dimensions",
                "user",
                "task",
                "prompt_name",
                "overlong",
                "lane",
            ),
            JSON,
        ),
    )
)
def test_no_value_breaks_it(fields: dict[str, object]) -> None:
    """Nor does any value of a known field."""
    try:
        asked(json.dumps(fields).encode())
    except InvalidOption:
        return
    assert "input" in fields


@pytest.mark.parametrize("content", [b"[" * 100_000, b'{"input":' * 100_000, b"\xff", b"NaN", b'"a"'])
def test_a_strange_body_is_no_json(content: bytes) -> None:
    """Depth is no way to break the parser."""
    with pytest.raises(InvalidOption):
        asked(content)
