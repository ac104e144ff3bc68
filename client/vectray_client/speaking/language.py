"""Which language a person reads, as far as the system tells."""

import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from enum import StrEnum

_NO_LANGUAGE = ("C", "POSIX")
"""Locales without one. The list of `LANGUAGE` does not count beside them: gettext(3)."""
_ANSWER_SECONDS = 2.0


class Language(StrEnum):
    """A language that the programs speak."""

    EN = "en"
    ZH = "zh"
    """Any kind of Chinese; written in simplified characters."""


def system_language(environment: Mapping[str, str] = os.environ, *, platform: str = sys.platform) -> Language:
    """Return the language that the system is set to; English if it is none of ours.

    macOS and Windows tell theirs elsewhere than in the environment: written, not measured.
    """
    if platform == "win32":
        return language_of(_windows_languages())
    said = languages_in(environment)
    return language_of(said if said or platform != "darwin" else _macos_languages())


def languages_in(environment: Mapping[str, str]) -> list[str]:
    """Return the locales that the environment names, best first, in the order of gettext(3)."""
    names = (environment.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    locale = next(filter(None, names), "")
    if not locale or locale in _NO_LANGUAGE:
        return []
    return [*filter(None, environment.get("LANGUAGE", "").split(":")), locale]


def language_of(locales: Iterable[str]) -> Language:
    """Return the first of ours among locales or BCP 47 tags, best first: `zh_TW.UTF-8`, `zh-Hans-CN`, `en_GB@euro`."""
    codes = (locale.replace("-", "_").partition("_")[0].partition(".")[0].lower() for locale in locales)
    return next((Language(code) for code in codes if code in list(Language)), Language.EN)


def _macos_languages() -> list[str]:
    """What System Settings lists: programs that no terminal started have no `LANG`."""
    try:
        told = subprocess.run(
            ["/usr/bin/defaults", "read", "-g", "AppleLanguages"],
            capture_output=True,
            text=True,
            timeout=_ANSWER_SECONDS,
            check=True,
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return []
    return [word for line in told.splitlines() if (word := line.strip(' (),"'))]


def _windows_languages() -> list[str]:
    """What the menus of Windows are written in."""
    import ctypes  # noqa: PLC0415 - as below
    import locale  # noqa: PLC0415 - its table of Windows' numbers is needed there alone

    number = ctypes.windll.kernel32.GetUserDefaultUILanguage()  # type: ignore[attr-defined,unused-ignore]
    return [locale.windows_locale.get(number, "")]
