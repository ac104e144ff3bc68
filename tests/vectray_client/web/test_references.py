import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.vectray_client.web.conftest import Site

from vectray_client.web.references import Reference, References
from vectray_client.web.refusals import Refused

PATHS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


@settings(max_examples=40)
@given(st.dictionaries(st.tuples(PATHS, st.integers(0, 2**40)), st.none(), max_size=20))
def test_an_id_stands_for_one_place(places: dict[tuple[str, int], None]) -> None:
    """Every place has an id, the same each time, and no two share one."""
    references = References()
    known = {references.id_of(Reference(path=path, start=start)): (path, start) for path, start in places}
    assert len(known) == len(places)
    for given_id, (path, start) in known.items():
        assert references.find(given_id) == Reference(path=path, start=start)
        assert references.id_of(Reference(path=path, start=start)) == given_id


def test_ids_of_one_page_mean_nothing_to_another() -> None:
    """Nobody can tell an id from the path that it stands for."""
    one, other = References(), References()
    place = Reference(path="/a")
    assert one.id_of(place) != other.id_of(place)
    with pytest.raises(Refused) as refused:
        other.find(one.id_of(place))
    assert (refused.value.status, refused.value.code) == (404, "UNKNOWN_ID")


def test_ids_are_forgotten_if_there_are_too_many() -> None:
    """Those first that were not used for longest."""
    references = References(most=3)
    ids = [references.id_of(Reference(path=f"/{number}")) for number in range(3)]
    references.find(ids[0])
    references.id_of(Reference(path="/3"))
    assert references.find(ids[0]).path == "/0"
    with pytest.raises(Refused):
        references.find(ids[1])


def test_a_place_that_is_shown_again_is_the_newest() -> None:
    """What was indexed since, its line or its time, goes with the id from then on."""
    references = References()
    given_id = references.id_of(Reference(path="/a", modified_ns=1))
    assert references.id_of(Reference(path="/a", modified_ns=2)) == given_id
    assert references.find(given_id).modified_ns == 2


def test_a_page_can_name_what_it_was_shown(site: Site, page: httpx.Client) -> None:
    """A hit's id is good for all that can be done with it; a path, or another page's id, is good for nothing."""
    hit = page.get("/api/search", params={"q": "tomatoes", "words": "1"}).json()["hits"][0]
    read = page.get("/api/passages", params={"id": hit["id"]}).json()
    assert (read["id"], read["path"], read["passages"][0]["text"]) == (hit["id"], hit["path"], hit["text"])
    with site.visitor() as other:
        assert other.get("/api/passages", params={"id": hit["id"]}).status_code == 404
    for name in (hit["path"], "../../etc/passwd", "", "x" * 5000):
        for method, path, words in (
            ("GET", "/api/passages", {"params": {"id": name}}),
            ("POST", "/api/open", {"json": {"id": name}}),
            ("POST", "/api/forget", {"json": {"id": name}}),
        ):
            assert page.request(method, path, **words).status_code in (400, 404)
