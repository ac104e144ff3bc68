"""Which files and directories are left alone, in the language of .gitignore.

A path is given relative to the folder, with `/` between its parts, and with a `/` at its end if it is a directory.
"""

import re
import warnings
from collections.abc import Iterable, Sequence
from typing import Final

from pathspec import GitIgnoreSpec

DEFAULT_LINES: Final[Sequence[str]] = tuple(
    """
    .git .hg/ .svn/ .bzr/ CVS/
    node_modules/ bower_components/ __pycache__/ .venv/ venv/ .tox/ .nox/ .gradle/
    .cache/ .mypy_cache/ .ruff_cache/ .pytest_cache/ .hypothesis/ .ipynb_checkpoints/ Caches/
    .Trash/ .Trash-* $RECYCLE.BIN/ lost+found/
    *.pyc *.pyo *.pyd *.o *.obj *.a *.so *.dylib *.dll *.class *.egg-info/
    *~ .#* ~$* .~lock.* *.swp *.swo *.swx *.tmp .goutputstream-* 4913 .DS_Store Thumbs.db desktop.ini
    *.part *.partial *.crdownload *.download *.aria2
    .ssh/ .gnupg/ .password-store/ .aws/ .kube/ .docker/ .config/ .local/ .mozilla/ .thunderbird/
    .env .env.* .netrc .pgpass .git-credentials .npmrc .pypirc .htpasswd id_rsa* id_dsa* id_ecdsa* id_ed25519*
    *.pem *.key *.p12 *.pfx *.ppk *.jks *.keystore *.gpg *.kdb *.kdbx *.keychain *.keychain-db wallet.dat
    """.split()  # noqa: SIM905 - a hundred quoted words would be harder to read
)
"""What nobody looks for: other programs' own files, half-written files, and secrets."""

# A pattern that can be decided by the whole, the end or the beginning of a name; all others are left to pathspec.
_LITERAL = r"[^*?\[\]\\/!\s]+"
_SIMPLE = re.compile(rf"!?(?:(?P<whole>{_LITERAL})|\*(?P<end>{_LITERAL})|(?P<beginning>{_LITERAL})\*)/?")


class Rules:
    """Decides about one path after another, last matching line first, as git does.

    A path below an ignored directory is ignored whatever the lines say about itself; `ignores` relies on its caller not
    to descend there. Raises ValueError for a line that is no pattern.
    """

    def __init__(self, lines: Iterable[str] = DEFAULT_LINES) -> None:
        self._lines = tuple(lines)
        self._spec = _compiled(self._lines)
        # pathspec tries one pattern after another, 15 µs for sixty. Hardly any file is ignored, and a look at its name
        # shows that no simple pattern can apply: 0.3 µs.
        simple = [match for line in self._lines if (match := _SIMPLE.fullmatch(line))]
        self._names = frozenset(match["whole"] for match in simple if match["whole"])
        self._suffixes = tuple(match["end"] for match in simple if match["end"])
        self._prefixes = tuple(match["beginning"] for match in simple if match["beginning"])
        self._others = _compiled(line for line in self._lines if not _SIMPLE.fullmatch(line))

    def ignores(self, relative_path: str, name: str) -> bool:
        """Whether the path, whose last part is `name` and whose directories are not ignored, is left alone."""
        if (
            name not in self._names
            and not name.endswith(self._suffixes)
            and not name.startswith(self._prefixes)
            and self._others.check_file(relative_path).include is None
        ):
            return False
        return self._spec.match_file(relative_path)

    def line_for(self, relative_path: str) -> str | None:
        """The line because of which the path, or a directory above it, is left alone; None if it is not."""
        parts = relative_path.rstrip("/").split("/")
        above = ("/".join(parts[:depth]) + "/" for depth in range(1, len(parts)))
        for path in (*above, relative_path):
            result = self._spec.check_file(path)
            if result.include and result.index is not None:
                return self._lines[result.index]
        return None


def _compiled(lines: Iterable[str]) -> GitIgnoreSpec:
    with warnings.catch_warnings():
        # `[[]` is a fine pattern. As a regular expression it may come to mean something else in a later Python.
        warnings.simplefilter("ignore", FutureWarning)
        return GitIgnoreSpec.from_lines(lines)
