import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectray_client.domain import Extracted
from vectray_client.read.webpage import extract_webpage


def _page(markup: str | bytes) -> Extracted:
    extracted = extract_webpage(markup.encode() if isinstance(markup, str) else markup)
    assert isinstance(extracted, Extracted)
    return extracted


def _blocks(page: Extracted) -> list[tuple[str, int]]:
    return [(page.text[block.start : block.end], block.heading_level) for block in page.blocks]


def test_what_a_person_reads_comes_out_in_order() -> None:
    """Headings keep their level; scripts, styles, comments and the head are not read."""
    page = _page(
        "<html><head><title> A  page </title><style>p{}</style></head><body><h2>Head <i>ing</i></h2>loose &amp; text"
        "<script>var x = '<p>no</p>'</script><div>One<p>two <b>bold</b>\n three</p>four<!-- no --></div><ul><li>a<li>b</ul>"
    )
    assert _blocks(page) == [
        ("Head ing", 2),
        ("loose & text", 0),
        ("One", 0),
        ("two bold three", 0),
        ("four", 0),
        ("a", 0),
        ("b", 0),
    ]
    assert page.title == "A page"


def test_a_first_level_heading_is_the_title() -> None:
    """It says what this page is about; the title in the head often names the site."""
    assert _page("<title>Site</title><h1>This<br>page</h1>").title == "This page"


def test_the_cells_of_a_row_stay_together() -> None:
    """A table is read row by row."""
    page = _page("<table><tr>\n <th>a</th>\n <th>b</th></tr><tr><td>1</td><td>2</td></tr></table>")
    assert _blocks(page) == [("a | b", 0), ("1 | 2", 0)]


def test_preformatted_text_is_code() -> None:
    """Its line ends and indentation mean something."""
    page = _page("<p>before</p><pre><code>def f():\n    return  1\n</code></pre><p>after</p>")
    assert [block.is_code for block in page.blocks] == [False, True, False]
    assert "def f():\n    return  1" in page.text


def test_line_breaks_stay() -> None:
    """Verses and addresses keep their lines."""
    assert _blocks(_page("<p>one <br> two</p>")) == [("one\ntwo", 0)]


@pytest.mark.parametrize(
    ("markup", "encoding"),
    [
        ("<p>没有声明编码的网页正文内容，看看能不能正确识别出来。", "gb18030"),
        ('<meta charset="gbk"><p>声明', "gb18030"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=gb2312"><p>镕', "gb18030"),
        ('<?xml version="1.0" encoding="Big5"?><p>聲明', "big5"),
        ('<meta charset="gbk"><p>其实不是', "utf-8"),
        ('<meta charset="utf-8"><p>其实也不是UTF编码的网页，看看能不能识别', "gb18030"),
        ('<meta charset="iso-8859-1"><p>“naïve”', "cp1252"),
        ('<meta charset="iso-2022-jp"><p>日本語', "iso2022_jp"),
        ('<meta charset="no-such-thing"><p>汉字', "utf-8"),
        ('<meta charset="rot13"><p>plain', "ascii"),
        ('<meta charset="gbk"><p>标记', "utf-16"),
    ],
)
def test_pages_are_decoded_as_they_were_written(markup: str, encoding: str) -> None:
    """A declaration is believed unless the bytes prove another encoding."""
    assert _page(markup.encode(encoding)).text == markup.split("<p>")[1]


@pytest.mark.parametrize(
    "opening",
    ["<div>", "<ul><li>", "<b>", "<DIV class=x>", "<p><font color=red>"],
)
def test_nesting_without_end_costs_the_structure_only(opening: str) -> None:
    """300,000 open tags would keep the parser busy for minutes; the text is read without them."""
    page = _page(f"<style>no</style>before{opening * 300_000}deep &lt; down<br>end")
    assert [text for text, _ in _blocks(page)] == ["before", "deep < down", "end"]


def test_many_tags_in_a_row_are_not_nested() -> None:
    """A long page is not taken for a deep one, even if it leaves out the closing tags that may be left out."""
    page = _page("<h2>a</h2><p>b<ul><li>c<li>d</ul><svg><path d='x'/></svg>" * 5_000)
    assert sum(level == 2 for _, level in _blocks(page)) == 5_000


@given(st.text(st.sampled_from("<>/abpreh1 tdr&;!-\"='\n\0é汉")), st.binary(max_size=40))
def test_any_bytes_make_a_page(markup: str, noise: bytes) -> None:
    """Whatever the markup, blocks are in order and hold the text."""
    extracted = extract_webpage(markup.encode() + noise)
    if isinstance(extracted, Extracted):
        end = 0
        for block in extracted.blocks:
            assert not extracted.text[end : block.start].strip()
            end = block.end
        assert not extracted.text[end:].strip()
