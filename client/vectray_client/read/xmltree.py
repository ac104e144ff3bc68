"""XML from strangers: no entities, no network, no depth or size without end."""

from collections.abc import Iterator
from io import BytesIO

from lxml import etree


def parse(content: bytes, *, forgiving: bool = False) -> etree._Element:
    """The root element. Entities stay unexpanded; with `forgiving`, what is not well-formed is read as far as it goes.

    Raises lxml.etree.XMLSyntaxError.
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        recover=forgiving,
    )
    root = etree.fromstring(content, parser)
    if root is None:
        raise etree.XMLSyntaxError("no element in it", 0, 0, 0)
    return root


def stream(content: bytes, *names: str) -> Iterator[etree._Element]:
    """Each element of one of the local `names`, complete, as it ends; it is emptied when the next one is asked for.

    Raises lxml.etree.XMLSyntaxError.
    """
    elements = etree.iterparse(
        BytesIO(content),
        tag=[f"{{*}}{name}" for name in names],
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    for _, element in elements:
        yield element
        element.clear(keep_tail=True)
        # An emptied element still hangs on its parent: a million of them would stay.
        while element.getprevious() is not None:
            del element.getparent()[0]


def local_name(element: etree._Element) -> str:
    """The tag without its namespace; empty for what is no element (an entity that stayed unexpanded)."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: etree._Element, name: str) -> str:
    """The attribute of that local name, whatever its namespace; empty if there is none."""
    value = element.get(name)
    if value is not None:
        return str(value)
    return next((str(value) for key, value in element.items() if key.rpartition("}")[2] == name), "")


def text_of(element: etree._Element) -> str:
    """All text inside, in order."""
    return "".join(element.itertext())
