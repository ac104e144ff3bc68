from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectray_client.domain import Extracted
from vectray_client.read.mail import extract_mail


def _read(content: bytes) -> Extracted:
    extracted = extract_mail(content)
    assert isinstance(extracted, Extracted)
    return extracted


def _message(text: str = "") -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = "会议 notes"
    message["From"] = "李雷 <li@example.com>"
    message["To"] = "han@example.com"
    message.set_content(text)
    return message


def test_a_mail_says_what_it_is_about_and_between_whom() -> None:
    """The subject is title and heading, the correspondents one paragraph, then comes the text."""
    extracted = _read(_message("第一段。\n\nSecond paragraph.").as_bytes())
    assert extracted.title == "会议 notes"
    assert extracted.text == (
        "会议 notes\n\nFrom: 李雷 <li@example.com>\nTo: han@example.com\n\n第一段。\n\nSecond paragraph."
    )
    assert [block.heading_level for block in extracted.blocks] == [1, 0, 0, 0]


def test_of_two_forms_the_plain_one_is_read() -> None:
    """Once, and the page only where the plain one is empty."""
    message = _message("plain words")
    message.add_alternative("<h2>page</h2>", subtype="html")
    text = _read(message.as_bytes()).text
    assert "plain words" in text
    assert "page" not in text
    empty = _message(" \n")
    empty.add_alternative("<h2>page</h2>", subtype="html")
    assert _read(empty.as_bytes()).blocks[-1].heading_level == 2


def test_attachments_are_named_and_not_read() -> None:
    """A mail can be found by what came with it."""
    message = _message("see below")
    message.add_attachment(b"binary", maintype="application", subtype="pdf", filename="报告.pdf")
    message.add_attachment("secret text", filename="notes.txt")
    text = _read(message.as_bytes()).text
    assert "Attachment: 报告.pdf" in text
    assert "Attachment: notes.txt" in text
    assert "secret" not in text


def test_a_mail_within_a_mail_is_read_under_its_subject() -> None:
    """What was forwarded is what one looks for."""
    inner = _message("the older text")
    del inner["Subject"]
    inner["Subject"] = "Older"
    message = _message("see this")
    message.add_attachment(inner)
    extracted = _read(message.as_bytes())
    headings = [extracted.text[b.start : b.end] for b in extracted.blocks if b.heading_level]
    assert headings == ["会议 notes", "Older"]
    assert extracted.text.endswith("the older text")


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [
        ("gb2312", "gb18030"),
        ("us-ascii", "gb18030"),
        ("x-none", "utf-8"),
        ("utf-8", "gb18030"),
        ("base64", "utf-8"),
    ],
)
def test_charsets_that_lie_or_do_not_exist_are_seen_through(charset: str, encoding: str) -> None:
    """The bytes know better."""
    text = "镕基的信，正文是中文，看看能不能读出来。"
    head = f"Content-Type: text/plain; charset={charset}\n\n".encode()
    assert _read(head + text.encode(encoding)).text == text


def test_headers_written_raw_are_read() -> None:
    """Old programs put a subject into the header as it was typed; broken ones cut it where it does not end."""
    raw = "Subject: 关于下周的会议安排，请大家看看".encode("gb18030")
    assert _read(raw + b"\n\ntext").title == "关于下周的会议安排，请大家看看"
    assert _read(b"Subject: =?utf-8?b?5Lya5Y==?= x\n\ntext").blocks


def test_a_saved_page_is_read_as_a_page() -> None:
    """A web archive is a mail whose first part is the page."""
    archive = (
        b'Content-Type: multipart/related; boundary="b"\n\n--b\nContent-Type: text/html; charset=utf-8\n\n'
        b"<h1>Page</h1>\n--b\nContent-Type: image/png\n\n\x89PNG\n--b--\n"
    )
    extracted = _read(archive)
    assert [(extracted.text, block.heading_level) for block in extracted.blocks] == [("Page", 1)]


def test_apples_length_line_is_no_text() -> None:
    """It stands before the message and counts its bytes."""
    assert _read(b"1234      \nSubject: s\n\ntext").text == "s\n\ntext"


def test_parts_that_follow_each_other_are_not_nested() -> None:
    """A digest of a hundred mails is no bomb."""
    part = 'Content-Type: multipart/mixed; boundary="N"\n\n--N\n\nmail N.\n--N--\n'
    parts = "".join(f"--out\n{part.replace('N', f'n{number}')}" for number in range(100))
    text = _read(f'Content-Type: multipart/mixed; boundary="out"\n\n{parts}--out--\n'.encode()).text
    assert text.count("mail n") == 100


@given(
    st.binary(), st.sampled_from([b"", b"Content-Type: multipart/mixed; boundary=b\n\n--b\n", b"Subject: =?"])
)
def test_any_bytes_make_a_mail(noise: bytes, head: bytes) -> None:
    """Whatever stands in it, the parser does not give up."""
    assert isinstance(extract_mail(head + noise), Extracted)
