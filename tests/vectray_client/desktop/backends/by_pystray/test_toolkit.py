import os

import pytest

from vectray_client.desktop.backends.by_pystray.toolkit import NotHere, base, load


def test_pystray_is_loaded_without_looking_for_a_screen() -> None:
    """Its menus are there anywhere, and what was set for pystray stays set."""
    before = dict(os.environ)
    assert base().MenuItem("one", None).text == "one"
    assert dict(os.environ) == before


def test_a_way_that_does_not_work_here_says_why_in_one_sentence() -> None:
    """Whatever error it fails with."""
    with pytest.raises(NotHere) as failure:
        load("win32")
    assert str(failure.value).startswith("It cannot be loaded here: ")
    assert "\n" not in str(failure.value)
