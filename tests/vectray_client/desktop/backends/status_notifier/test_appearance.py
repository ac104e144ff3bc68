from hypothesis import given
from hypothesis import strategies as st

from vectray_client.desktop.backends.status_notifier.appearance import PIXMAP_SIZES, appearance
from vectray_client.desktop.pictures import Panel
from vectray_client.desktop.signs import Picture, Sign

PICTURES = st.builds(Picture, sign=st.sampled_from(Sign), step=st.integers(0, 8))


@given(PICTURES, st.text(), st.sampled_from([None, *Panel]))
def test_a_tooltip_has_a_title_and_the_rest_is_no_markup(
    picture: Picture, tooltip: str, panel: Panel
) -> None:
    """Hosts read the text below the title as markup, so that nothing in it may be any."""
    look = appearance(picture, tooltip, panel=panel)
    assert look.title == tooltip.split("\n", 1)[0]
    assert "<" not in look.text
    assert look.icon_name == ("" if panel else f"{picture.name}-symbolic")
    assert [(width, height) for width, height, _ in look.pixmaps] == [(size, size) for size in PIXMAP_SIZES]
    assert all(len(pixels) == 4 * width * height for width, height, pixels in look.pixmaps)


@given(PICTURES)
def test_only_what_somebody_must_do_is_urgent(picture: Picture) -> None:
    """An icon that unfolds itself for less would be switched off."""
    look = appearance(picture, "", panel=None)
    assert look.is_urgent == (picture.sign is Sign.ACTION)
