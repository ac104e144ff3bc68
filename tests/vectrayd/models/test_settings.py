import pytest

from vectrayd.models.settings import BadSetting, ModelSettings, model_settings


def test_what_is_said_of_a_model_is_kept() -> None:
    """Each setting has its place; what is not said has its default."""
    told = model_settings(
        {"m": {"enabled": True, "base_url": "https://example.org/v1", "tokens_per_day": 5, "folder": "/a/b"}}
    )["m"]
    assert (told.enabled, told.base_url, told.tokens_per_day) == (True, "https://example.org/v1", 5)
    assert str(told.folder) == "/a/b"
    assert model_settings({"m": {}}) == {"m": ModelSettings()}


@pytest.mark.parametrize(
    "table",
    [
        3,
        {"m": 3},
        {"m": {"enable": True}},
        {"m": {"enabled": "yes"}},
        {"m": {"folder": 3}},
        {"m": {"tokens_per_day": -1}},
        {"m": {"tokens_per_day": True}},
        {"m": {"base_url": "http://example.org"}},
        {"m": {"base_url": "ftp://127.0.0.1"}},
    ],
)
def test_what_makes_no_sense_is_a_sentence(table: object) -> None:
    """The setting is named; texts and key never go unencrypted beyond this machine."""
    with pytest.raises(BadSetting, match="m"):
        model_settings(table)
    assert model_settings({"m": {"base_url": "http://127.0.0.1:1/v1"}})["m"].base_url
