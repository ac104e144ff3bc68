import pytest
from tests.vectray_client.read.packages import packed, workbook

from vectray_client.domain import Extracted
from vectray_client.read.office import extract_office


def _read(members: dict[str, str | bytes]) -> Extracted:
    extracted = extract_office(packed(members))
    assert isinstance(extracted, Extracted), extracted
    return extracted


def _text(reference: str, text: str) -> str:
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'


def test_sheets_are_headings_and_rows_are_lines_with_a_name() -> None:
    """A row is called by its first cell that holds anything, wherever in the sheet it stands."""
    rows = f'<row r="3">{_text("B3", "bee")}{_text("D3", "dee")}</row><row r="900">{_text("A900", "x")}</row>'
    extracted = _read(workbook({"Data": rows, "2026 年": f'<row r="1">{_text("A1", "y")}</row>'}))
    assert extracted.text == "Data\n\nbee | dee\nx\n\n2026 年\n\ny"
    assert [(extracted.text[o:][:3], name) for o, name in extracted.cells] == [
        ("Dat", "Data!A1"),
        ("bee", "Data!B3"),
        ("x\n\n", "Data!A900"),
        ("202", "'2026 年'!A1"),
        ("y", "'2026 年'!A1"),
    ]
    assert [block.heading_level for block in extracted.blocks] == [1, 0, 0, 1, 0]


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("<v>3.25</v>", "3.25"),
        ("<v>0.30000000000000004</v>", "0.3"),
        ("<v>1234567890123456</v>", "1.23456789012346e+15"),
        ('<c t="b"><v>1</v></c>', "TRUE"),
        ('<c t="str"><f>A1&amp;B1</f><v>joined</v></c>', "joined"),
        ('<c t="s"><v>1</v></c>', "rich text"),
        ('<c t="e"><v>#N/A</v></c>', "#N/A"),
        ('<c s="1"><v>45000</v></c>', "2023-03-15"),
        ('<c s="1"><v>45000.5</v></c>', "2023-03-15 12:00:00"),
        ('<c s="2"><v>0.75</v></c>', "18:00:00"),
        ('<c s="3"><v>45000</v></c>', "45000"),
        ('<c s="1"><v>1e300</v></c>', "1e+300"),
    ],
)
def test_values_are_read_as_they_are_shown(cell: str, shown: str) -> None:
    """Numbers without the noise of their fractions, dates as dates, texts without the readings above them."""
    formats = '<numFmts><numFmt numFmtId="170" formatCode="[h]:mm"/><numFmt numFmtId="171" formatCode="0 &quot;days&quot;"/></numFmts>'
    styles = '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="47"/><xf numFmtId="171"/></cellXfs>'
    strings = "<si><t>zero</t></si><si><r><t>rich</t></r><r><t> text</t></r><rPh><t>reading</t></rPh></si>"
    row = f'<row r="1">{cell if cell.startswith("<c") else f"<c>{cell}</c>"}</row>'
    members = workbook({"S": row}, styles=formats + styles, strings=strings)
    members["xl/_rels/workbook.xml.rels"] = str(members["xl/_rels/workbook.xml.rels"])
    assert _read(members).text == f"S\n\n{shown}"


def test_dates_may_be_counted_from_1904() -> None:
    """As old programs of another system did."""
    members = workbook(
        {"S": '<row r="1"><c s="0"><v>1</v></c></row>'}, styles='<cellXfs><xf numFmtId="14"/></cellXfs>'
    )
    main = str(members["xl/workbook.xml"])
    members["xl/workbook.xml"] = main.replace("<sheets>", '<workbookPr date1904="1"/><sheets>')
    assert _read(members).text == "S\n\n1904-01-02"


def test_remarks_and_text_boxes_are_read() -> None:
    """They stand beside the cells, and here after them, where no cell is."""
    members = workbook({"S": f'<row r="1">{_text("A1", "cell")}</row>'})
    members["xl/comments1.xml"] = (
        "<comments><authors><author>me</author></authors>"
        "<commentList><comment><text><r><t>a </t></r><r><t>remark</t></r></text></comment></commentList></comments>"
    )
    members["xl/drawings/drawing1.xml"] = '<d xmlns:a="m"><a:p><a:r><a:t>in a box</a:t></a:r></a:p></d>'
    extracted = _read(members)
    assert extracted.text == "S\n\ncell\n\na remark\n\nin a box"
    assert [name for _, name in extracted.cells] == ["S!A1", "S!A1", "", ""]


def test_a_million_rows_take_the_memory_of_their_text() -> None:
    """Rows stream through; nothing is filled up to the widest."""
    rows = "".join(f'<row r="{n}"><c r="XFD{n}"><v>{n}</v></c></row>' for n in range(1, 20_001))
    extracted = _read(workbook({"S": rows}))
    assert len(extracted.blocks) == 20_001
    assert extracted.cells[-1][1] == "S!XFD20000"
