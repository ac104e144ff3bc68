import pytest

from vectray_client.opening.places import Place
from vectray_client.opening.programs import templates_of
from vectray_client.opening.templates import check_template, filled


@pytest.mark.parametrize(
    ("entry", "command"),
    [
        ("org.gnome.Evince.desktop", "evince --page-index=3 /a"),
        ("evince.desktop", "evince --page-index=3 /a"),
        ("org.kde.okular.desktop", "okular --page 3 /a"),
        ("okularApplication_pdf.desktop", "okular --page 3 /a"),
        ("org.pwmt.zathura.desktop", "zathura --page=3 /a"),
        ("org.pwmt.zathura-pdf-poppler.desktop", "zathura --page=3 /a"),
        ("code.desktop", "code --goto /a:7"),
        ("org.kde.kate.desktop", "kate --line 7 /a"),
        ("org.gnome.TextEditor.desktop", "gnome-text-editor +7 /a"),
        ("jetbrains-idea.desktop", "idea --line 7 /a"),
        ("gvim.desktop", "gvim +7 /a"),
    ],
)
def test_a_program_is_known_by_its_entry(entry: str, command: str) -> None:
    """Desktops name programs in several ways."""
    (template,) = templates_of(entry)
    check_template(template)
    assert " ".join(filled([template], "/a", Place(line=7, page=3)) or ()) == command


@pytest.mark.parametrize("entry", ["", ".desktop", "org.example.Reader.desktop", "vim.desktop"])
def test_of_others_nothing_is_guessed(entry: str) -> None:
    """What runs in a terminal, or is not known, is left to the desktop."""
    assert templates_of(entry) == ()
