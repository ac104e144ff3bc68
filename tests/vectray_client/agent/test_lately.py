from collections import OrderedDict

from hypothesis import given
from hypothesis import strategies as st

from vectray_client.agent.lately import Lately


@given(st.integers(1, 4), st.lists(st.tuples(st.booleans(), st.integers(0, 6)), max_size=40))
def test_what_was_used_last_is_kept(most: int, uses: list[tuple[bool, int]]) -> None:
    """At most so many values are held, those that were kept or asked for last, and each is the one that was kept."""
    lately, expected = Lately[int, int](most), OrderedDict[int, int]()
    for number, (is_kept, key) in enumerate(uses):
        if is_kept:
            lately.keep({key: number})
            expected[key] = number
            expected.move_to_end(key)
            while len(expected) > most:
                expected.popitem(last=False)
        else:
            assert lately.get(key) == expected.get(key)
            if key in expected:
                expected.move_to_end(key)
    assert lately.among(range(7)) == dict(expected)
