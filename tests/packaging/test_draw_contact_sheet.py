from xml.etree import ElementTree as ET

import draw_contact_sheet


def test_the_sheet_shows_the_pictures_that_are_installed() -> None:
    """Each column has its name once a band, and under it every size."""
    sheet = ET.fromstring(draw_contact_sheet.sheet_svg())  # noqa: S314 - ours
    texts = [element.text for element in sheet.iter() if element.tag.endswith("text")]
    images = [element for element in sheet.iter() if element.tag.endswith("image")]
    assert {texts.count(name) for name in ("idle", "paused", "indexing 8")} == {4}
    assert len(images) == len(texts) * 5
    assert draw_contact_sheet.SHEET.is_file()
