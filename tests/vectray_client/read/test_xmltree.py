import pytest
from lxml import etree

from vectray_client.read.xmltree import attribute, local_name, parse, stream, text_of


def test_entities_stay_closed() -> None:
    """Neither what a file declares nor what it names elsewhere is put in."""
    for declared in ('"expanded"', 'SYSTEM "file:///etc/hostname"'):
        root = parse(f"<!DOCTYPE a [<!ENTITY e {declared}>]><a>1&e;2</a>".encode())
        assert text_of(root) == "1&e;2"


def test_depth_has_an_end() -> None:
    """What walks a tree may recurse."""
    assert len(list(parse(b"<a>" * 200 + b"</a>" * 200).iter())) == 200
    with pytest.raises(etree.XMLSyntaxError, match="depth"):
        parse(b"<a>" * 300 + b"</a>" * 300)


def test_forgiveness_reads_as_far_as_it_goes() -> None:
    """Books' package files name entities that nobody declared."""
    assert text_of(parse(b"<a>one&nbsp;two</a>", forgiving=True)) == "one&nbsp;two"
    with pytest.raises(etree.XMLSyntaxError):
        parse(b"<a>one&nbsp;two</a>")
    with pytest.raises(etree.XMLSyntaxError):
        parse(b"no markup", forgiving=True)


def test_a_stream_yields_whole_elements_and_keeps_none() -> None:
    """A sheet of a million rows takes the memory of one."""
    content = b'<s xmlns="n"><r i="1"><v>a</v></r><x/><r i="2"><v>b</v></r></s>'
    seen = [(element, attribute(element, "i"), text_of(element)) for element in stream(content, "r")]
    assert [rest for _, *rest in seen] == [["1", "a"], ["2", "b"]]
    assert all(len(element) == 0 for element, *_ in seen)


def test_names_are_known_without_their_namespace() -> None:
    """Strict and transitional documents differ in nothing else."""
    root = parse(b'<p:a xmlns:p="n" p:id="1" other="2"/>')
    assert local_name(root) == "a"
    assert (attribute(root, "id"), attribute(root, "other"), attribute(root, "none")) == ("1", "2", "")
