import pytest

from vectray_client.read.legibility import is_garbled


@pytest.mark.parametrize(
    "page",
    [
        "(cid:12)(cid:5)(cid:77) (cid:3)(cid:9)(cid:80)",
        "\ue012\ue0a3\ue0b1\ue044 and a word",
        "\ufffd\ufffd\ufffd\ufffd a b",
        "\x01\x02\x03\x04\x05\x06 abc",
        "㐀㑇㓦㕕㗂 的",
        "\u0378\u0379\u0380 x",
    ],
)
def test_numbers_of_shapes_are_no_text(page: str) -> None:
    """What fonts without a table of characters leave is told from any language."""
    assert is_garbled(page)


@pytest.mark.parametrize(
    "page",
    [
        "Plain text.\r\n",
        "机器学习，𠮷野家和㐀字",
        "● one \uf0b7 two three four",
        "Ünïcödé ελληνικά עברית",
        "x² ≤ ∑ αβ",
        "",
    ],
)
def test_text_is_text(page: str) -> None:
    """A few odd bullets and rare characters are in many."""
    assert not is_garbled(page)
