import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectray_client.read.decoding import decode, utf16_without_mark

CHINESE = "比如，上面最后一个函数，定义了三个参数，其中有一个参数指定了默认值。\n因此长度等于二。\n"
MIXED = f"def length(x):  # {CHINESE.splitlines()[0]}\n    return 2\n"


@given(st.text())
def test_utf8_is_decoded_exactly(text: str) -> None:
    """What is valid UTF-8 without NUL is never guessed at."""
    clean = text.replace("\0", "").removeprefix("\ufeff")
    assert decode(clean.encode()) == clean


@given(st.binary())
def test_no_bytes_decode_to_surrogates(content: bytes) -> None:
    """Tokenizers and databases refuse lone surrogates, so no file may lead to one."""
    text = decode(content)
    assert text is None or not any("\ud800" <= character <= "\udfff" for character in text)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32", "gb18030", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", [CHINESE, MIXED, MIXED * 2_000])
def test_chinese_is_recognised_in_every_common_encoding(text: str, encoding: str) -> None:
    """With or without a byte order mark, long or short, pure or among code."""
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("這是一個測試文件，內容是繁體中文，看看能不能正確識別。", "big5"),
        ("これは日本語のテスト文書です。漢字とかなが混ざっています。", "shift_jis"),
        ("Он сказал привет всем друзьям и ушёл домой.", "cp1251"),
        ("Le café est fermé à Noël, où êtes-vous allés déjeuner ?", "cp1252"),
        ("Plain words, each letter in two bytes.\n", "utf-16-le"),
        ("Plain words, each letter in two bytes.\n", "utf-16-be"),
    ],
)
def test_other_legacy_encodings_are_recognised(text: str, encoding: str) -> None:
    """One sentence is enough."""
    assert decode(text.encode(encoding)) == text


def test_a_long_english_opening_does_not_hide_the_encoding() -> None:
    """The guess is made where the text stops being ASCII, however late."""
    text = "An opening in English only.\n" * 10_000 + CHINESE
    assert decode(text.encode("gb18030")) == text


def test_a_few_torn_bytes_do_not_change_the_encoding() -> None:
    """UTF-8 with one damaged character stays UTF-8; only that character is lost."""
    content = (CHINESE * 3).encode()
    assert decode(content + b"\xff" + content) == CHINESE * 3 + "\ufffd" + CHINESE * 3


def test_nul_bytes_alone_do_not_make_utf16() -> None:
    """Binary data and C strings are not taken for text in two bytes a letter."""
    assert utf16_without_mark(bytes(range(256)) * 4) is None
    assert utf16_without_mark(b"one\0three\0seven\0") is None
    assert utf16_without_mark(b"<p>a\0bc</p>\n" * 100) is None
