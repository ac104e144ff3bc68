import pytest

from vectrayd.domain.errors import UnknownModel
from vectrayd.models.catalogue import read_catalogue


def test_the_default_speaks_both_languages() -> None:
    """An empty name is the multilingual model; names are found whatever their case."""
    catalogue = read_catalogue()
    assert catalogue.resolve("").name == "multilingual-e5-small"
    assert catalogue.resolve("ALL-minilm-l6-V2").name == "all-MiniLM-L6-v2"


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    """Whoever mistypes a model sees which there are, and a long name is not echoed whole."""
    with pytest.raises(UnknownModel, match="known are: multilingual-e5-small, all-MiniLM-L6-v2"):
        read_catalogue().resolve("gpt")
    with pytest.raises(UnknownModel) as caught:
        read_catalogue().resolve("x" * 10_000)
    assert len(str(caught.value)) < 300


def test_every_entry_has_its_facts() -> None:
    """What a person chooses by is there for each model."""
    for entry in read_catalogue().entries.values():
        assert entry.dimensions > 0
        assert entry.max_tokens > 0
        assert entry.languages
        assert entry.licence
        assert entry.source
