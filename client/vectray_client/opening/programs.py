"""Programs that can be told a line or a page, and how: by their own manuals. Pure.

They are known by the names under which Linux desktops know them (desktop entries), so that a file is opened in the program that
its owner has chosen for its kind.
"""

from collections.abc import Sequence
from typing import Final

_VIEWERS: Final = {
    # The page's number, not the label that is printed on it: that is what passages have.
    "evince": "evince --page-index={page} {path}",
    "xreader": "xreader --page-index={page} {path}",
    "atril": "atril --page-index={page} {path}",
    "okular": "okular --page {page} {path}",
    "zathura": "zathura --page={page} {path}",
    "sioyek": "sioyek --page {page} {path}",
    "qpdfview": "qpdfview {path}#{page}",
}
_EDITORS: Final = {
    "code": "code --goto {path}:{line}",
    "code-oss": "code-oss --goto {path}:{line}",
    "codium": "codium --goto {path}:{line}",
    "sublime_text": "subl {path}:{line}",
    "zed": "zed {path}:{line}",
    "idea": "idea --line {line} {path}",
    "pycharm": "pycharm --line {line} {path}",
    "emacsclient": "emacsclient --no-wait --alternate-editor=emacs +{line} {path}",
    "emacs": "emacs +{line} {path}",
    "gvim": "gvim +{line} {path}",
    "kate": "kate --line {line} {path}",
    "kwrite": "kwrite --line {line} {path}",
    "gedit": "gedit +{line} {path}",
    "gnome-text-editor": "gnome-text-editor +{line} {path}",
}
_OTHER_NAMES: Final = {
    "texteditor": "gnome-text-editor",
    "vscodium": "codium",
    "jetbrains-idea": "idea",
    "jetbrains-idea-ce": "idea",
    "jetbrains-pycharm": "pycharm",
    "jetbrains-pycharm-ce": "pycharm",
    "visual-studio-code": "code",
}


def templates_of(desktop_entry: str) -> Sequence[str]:
    """Return how the program of a desktop entry, such as `org.gnome.Evince.desktop`, is told a place; empty if nobody knows.

    Entries are named in reversed-domain form or plainly, and some say what of a program they start (`okularApplication_pdf`, `zathura-pdf-poppler`).
    """
    name = desktop_entry.removesuffix(".desktop").lower()
    last = name.rpartition(".")[2]
    for known in (
        name,
        last,
        last.partition("application_")[0],
        last.removesuffix("-pdf-poppler"),
        last.removesuffix("-pdf-mupdf"),
    ):
        program = _OTHER_NAMES.get(known, known)
        if template := _VIEWERS.get(program) or _EDITORS.get(program):
            return (template,)
    return ()
