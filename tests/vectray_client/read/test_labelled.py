import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectray_client.read.labelled import decode_labelled, label_in_markup

CHINESE = "没有人能说清楚这封信是用什么编码写的。"


@pytest.mark.parametrize(
    ("label", "encoding"),
    [
        ("gb2312", "gb18030"),
        ("GBK", "gb18030"),
        ("utf-8", "gb18030"),
        ("us-ascii", "gb18030"),
        ("x-unknown", "gb18030"),
        ("rot13", "utf-8"),
        ("a\0b", "utf-8"),
        (None, "gb18030"),
        ("gbk", "utf-8"),
        ("gbk", "utf-16"),
        ("latin-1", "utf-8"),
    ],
)
def test_a_label_is_believed_until_the_bytes_prove_it_wrong(label: str | None, encoding: str) -> None:
    """Byte order marks and valid UTF-8 are proofs; a label that is no encoding of text says nothing."""
    assert decode_labelled(CHINESE.encode(encoding), label) == CHINESE


@given(
    st.binary(),
    st.sampled_from(["gbk", "big5", "ascii", "utf-7", "idna", "hex", "utf-16", "iso-2022-jp", "\ud800"]),
)
def test_no_label_leads_to_surrogates(content: bytes, label: str) -> None:
    """Tokenizers and databases refuse lone surrogates, so no label may lead to one."""
    text = decode_labelled(content, label)
    assert text is None or not any("\ud800" <= character <= "\udfff" for character in text)


def test_labels_are_looked_for_at_the_beginning_alone() -> None:
    """Pages and XML declare in their first kilobyte, in either form."""
    assert label_in_markup(b'<?xml version="1.0" encoding="Big5"?>') == "Big5"
    assert label_in_markup(b"<html><meta content='text/html; charset=gbk'>") == "gbk"
    assert label_in_markup(b" " * 1_024 + b"<meta charset=gbk>") is None
