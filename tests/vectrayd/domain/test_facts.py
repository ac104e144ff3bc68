import dataclasses

import pytest
from tests.fakes import FACTS

from vectrayd.domain.errors import InvalidOption
from vectrayd.domain.facts import fingerprint_of
from vectrayd.domain.options import EncodeOptions


def test_the_order_of_facts_does_not_matter() -> None:
    """A fingerprint depends on what is known, not on how it was put together."""
    assert fingerprint_of({"a": 1, "b": [2]}) == fingerprint_of({"b": [2], "a": 1})
    assert fingerprint_of({"a": 1}) != fingerprint_of({"a": 2})


def test_fewer_dimensions_are_another_space() -> None:
    """Cut vectors never pass for whole ones; asking for all of them by number changes nothing."""
    whole, cut = EncodeOptions(dimensions=FACTS.dimensions), EncodeOptions(dimensions=4)
    assert FACTS.fingerprint_for(EncodeOptions()) == FACTS.fingerprint_for(whole) == FACTS.fingerprint
    assert FACTS.fingerprint_for(cut) != FACTS.fingerprint
    assert FACTS.dimensions_for(cut) == 4
    other = dataclasses.replace(FACTS, fingerprint="0" * 64)
    assert other.fingerprint_for(cut) != FACTS.fingerprint_for(cut)


def test_more_dimensions_than_there_are_is_refused() -> None:
    """A model cannot be asked for what it does not have."""
    with pytest.raises(InvalidOption, match="has 8 dimensions, 9"):
        FACTS.dimensions_for(EncodeOptions(dimensions=9))


def test_a_cards_prompts_are_used_where_the_folder_has_none() -> None:
    """They make another space; a folder that says its own keeps them, and no prompts change nothing."""
    silent = dataclasses.replace(FACTS, prompts={})
    told = silent.with_prompts({"query": "q: "})
    assert told.prompts == {"query": "q: "}
    assert told.fingerprint != silent.fingerprint
    assert told.fingerprint == silent.with_prompts({"query": "q: "}).fingerprint
    assert silent.with_prompts({}) == silent
    assert FACTS.with_prompts({"query": "q: "}) == FACTS
