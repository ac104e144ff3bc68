import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectray_client.domain import FileType
from vectray_client.surveying.sampling import HEAD_BYTES, Sample, letters_in

CHINESE = "今天的会议讨论了检索的质量。" * 40
ENGLISH = "Today we talked about the quality of search. " * 40


def offered(*texts: str, file_type: FileType = FileType.TEXT) -> Sample:
    """A sample of these texts, each newer than the one before."""
    sample = Sample()
    for number, text in enumerate(texts):
        sample.offer(f"/{number}", file_type, modified_ns=number, head=text.encode()[:HEAD_BYTES])
    return sample


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_languages_are_told_apart_in_every_encoding(encoding: str) -> None:
    """Half of a file may be cut off in the middle of a character."""
    han, letters = letters_in(CHINESE.encode(encoding)[:-1], is_markup=False)
    assert han / letters > 0.95
    assert letters_in(ENGLISH.encode(encoding), is_markup=False)[0] == 0


def test_what_a_page_does_not_show_is_no_language() -> None:
    """Tags, scripts and styles are not read by anybody, also where the head ends inside of one."""
    page = f"<html><style>p {{color: red}}</style><p lang='en'>{CHINESE}</p><script>{ENGLISH}"
    han, letters = letters_in(page.encode(), is_markup=True)
    assert han == letters > 100


def test_a_mixed_folder_is_between_its_files() -> None:
    """Of two equal texts each counts as much as it has letters."""
    assert offered(CHINESE).han_share() == 1.0
    assert offered(ENGLISH).han_share() == 0.0
    assert 0.1 < (offered(CHINESE, ENGLISH).han_share() or 0) < 0.6


def test_too_little_text_tells_nothing() -> None:
    """A few names in a list are no language, and code has none that matters."""
    assert offered("张三, 李四").han_share() is None
    assert offered(ENGLISH, file_type=FileType.CODE).han_share() is None
    assert Sample().han_share() is None


def test_the_newest_are_in_it_and_the_old_are_not_forgotten() -> None:
    """Of many old files some are in the sample by chance; of a few new ones all are."""
    share = offered(*[CHINESE] * 2000, *[ENGLISH] * 20).han_share()
    assert share is not None
    assert 0.2 < share < 0.9


@given(st.lists(st.binary(max_size=200), max_size=200))
def test_it_holds_sixty_files_and_takes_anything(heads: list[bytes]) -> None:
    """Bytes of whatever kind are no error, and memory has a bound."""
    sample = Sample()
    for number, head in enumerate(heads):
        sample.offer(f"/{number}", FileType.HTML, modified_ns=-number, head=head)
    share = sample.han_share()
    assert share is None or 0 <= share <= 1
    assert len(sample._counted) <= 60
