import pytest

from vectray_client.speaking.language import Language, language_of, languages_in, system_language


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, Language.EN),
        ({"LANG": "zh_CN.UTF-8"}, Language.ZH),
        ({"LANG": "zh_TW.Big5@stroke"}, Language.ZH),
        ({"LANG": "de_DE.UTF-8"}, Language.EN),
        ({"LC_MESSAGES": "zh_CN.UTF-8", "LANG": "en_GB.UTF-8"}, Language.ZH),
        ({"LC_ALL": "en_US.UTF-8", "LC_MESSAGES": "zh_CN.UTF-8", "LANG": "zh_CN.UTF-8"}, Language.EN),
        ({"LC_ALL": "", "LANG": "zh_CN"}, Language.ZH),
        ({"LANGUAGE": "zh_CN:en", "LANG": "en_US.UTF-8"}, Language.ZH),
        ({"LANGUAGE": "fr:zh:en", "LANG": "en_US.UTF-8"}, Language.ZH),
        ({"LANGUAGE": "fr", "LANG": "zh_CN.UTF-8"}, Language.ZH),
        ({"LANGUAGE": "zh", "LANG": "C"}, Language.EN),
        ({"LANGUAGE": "zh", "LC_ALL": "POSIX", "LANG": "zh_CN.UTF-8"}, Language.EN),
        ({"LANGUAGE": "zh"}, Language.EN),
    ],
)
def test_the_language_is_the_one_that_gettext_would_choose(
    environment: dict[str, str], language: Language
) -> None:
    """LANGUAGE before LC_ALL before LC_MESSAGES before LANG, and none of the list where the locale has no language."""
    assert system_language(environment, platform="linux") is language


def test_tags_of_other_systems_are_understood() -> None:
    """Where gettext writes zh_CN, macOS writes zh-Hans-CN."""
    assert language_of(["zh-Hans-CN", "en-GB"]) is Language.ZH
    assert language_of(["ZH"]) is Language.ZH
    assert language_of(["zhx", "", "en"]) is Language.EN


def test_an_environment_that_names_no_locale_names_none() -> None:
    """Nothing is made up for a program that nobody told a language."""
    assert languages_in({"LANG": ""}) == []
    assert languages_in({"LANG": "C", "LC_CTYPE": "zh_CN.UTF-8"}) == []
