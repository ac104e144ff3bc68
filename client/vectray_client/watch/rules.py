"""Which files and directories are left alone: by default, by the person's settings, and by ignore files in the folders.

What the defaults and the settings leave alone is left alone everywhere. An ignore file can leave more alone in its own
directory and below; its `!` lines take back what ignore files said, never what defaults or settings did: a folder that
came from somewhere else cannot widen what is read. Among ignore files the rules are git's: the deeper file decides before
the higher one, in a file the last matching line, and below an ignored directory nothing is taken back.
"""

import errno
import os
import stat
import time
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from vectray_client.domain import FileState
from vectray_client.watch.patterns import Patterns, tolerant
from vectray_client.watch.states import file_state, racy

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

VECTRAY_IGNORE: Final = ".vectrayignore"
GITIGNORE: Final = ".gitignore"
IGNORE_FILES: Final = frozenset((VECTRAY_IGNORE, GITIGNORE))

_LONGEST_BYTES: Final = 1 << 20
"""More is no ignore file that anybody wrote."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """The line because of which a path is left alone."""

    pattern: str
    source: str
    """`default`, `config.toml`, or the path of the ignore file that it stands in."""
    line: int
    """From 1: in the ignore file, or in the list of the settings or defaults."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _IgnoreFile:
    """An ignore file above the paths that are asked about."""

    path: str
    start: int
    """How much of a path relative to the folder is cut off to make it relative to the file's directory."""
    patterns: Patterns


IgnoreFiles = tuple[_IgnoreFile, ...]
"""The ignore files that apply in a directory, the one that decides first at the front."""


class Rules:
    """Decides about paths relative to a folder, with a `/` at the end of a directory's.

    A path below an ignored directory is ignored whatever the lines say about itself; whoever walks must not descend there.
    Raises ValueError for a line that is no pattern.
    """

    def __init__(
        self,
        lines: Iterable[str] = (),
        *,
        defaults: Iterable[str] = DEFAULT_LINES,
        gitignore: bool = False,
    ) -> None:
        """Take the lines of the settings, which come after the defaults, and whether .gitignore files count as well."""
        default_lines = tuple(defaults)
        self._defaults = len(default_lines)
        self._everywhere = Patterns((*default_lines, *lines))
        self._file_names = (VECTRAY_IGNORE, GITIGNORE) if gitignore else (VECTRAY_IGNORE,)
        self._read: dict[str, tuple[FileState, Patterns]] = {}

    def ignores(self, relative_path: str, name: str) -> bool:
        """Whether the path, whose last part is `name`, is left alone in every folder."""
        return bool(self._everywhere.ignores(relative_path, name))

    def ignore_files(
        self, directory: str, names: Collection[str], *, relative_start: int, above: IgnoreFiles = ()
    ) -> IgnoreFiles:
        """The ignore files that apply in a directory, given what is in it and what applies to the directory itself.

        `relative_start` is where the paths that will be asked about begin in absolute ones.
        """
        found = [
            _IgnoreFile(
                path=path, start=max(0, len(directory) + 1 - relative_start), patterns=self._patterns(path)
            )
            for name in self._file_names
            if name in names
            for path in (os.path.join(directory, name),)  # noqa: PTH118 - paths are strings here
        ]
        return (*found, *above) if found else above

    def rule_for(self, root: str, relative_path: str) -> Rule | None:
        """The line because of which a path, or a directory above it, is left alone in a folder; None if it is not."""
        parts = relative_path.rstrip("/").split("/")
        directory, applying = root, IgnoreFiles()
        start = len(os.path.join(root, ""))  # noqa: PTH118 - as above
        for depth, name in enumerate(parts, 1):
            step = "/".join(parts[:depth])
            step += "/" if depth < len(parts) or relative_path.endswith("/") else ""
            if self.ignores(step, name):
                return self.rule_everywhere(step)
            applying = self.ignore_files(directory, self._file_names, relative_start=start, above=applying)
            decided = _deciding(applying, step, name)
            if decided:
                return _rule_in(decided, step)
            directory = os.path.join(directory, name)  # noqa: PTH118 - as above
        return None

    def rule_everywhere(self, relative_path: str) -> Rule | None:
        """The line of the defaults or the settings because of which a path is left alone; None if none of these does that."""
        line = self._everywhere.deciding_line(relative_path)
        if line is None:
            return None
        pattern, is_default = self._everywhere.lines[line - 1], line <= self._defaults
        return Rule(
            pattern=pattern,
            source="default" if is_default else "config.toml",
            line=line if is_default else line - self._defaults,
        )

    def _patterns(self, path: str) -> Patterns:
        """The lines of an ignore file, read again only after it has changed. One that cannot be read says nothing."""
        try:
            state = file_state(os.lstat(path))
            known = self._read.get(path)
            if known and known[0] == state:
                return known[1]
            patterns = tolerant(_lines_of(path))
        except OSError:
            return _NOTHING
        if not racy(state, time.time_ns()):
            self._read[path] = state, patterns
        return patterns


def ignored_by(files: IgnoreFiles, relative_path: str, name: str) -> bool:
    """Whether the ignore files above a path, whose directories are not ignored, leave it alone."""
    return _deciding(files, relative_path, name) is not None


def _deciding(files: IgnoreFiles, relative_path: str, name: str) -> _IgnoreFile | None:
    for file in files:
        opinion = file.patterns.ignores(relative_path[file.start :], name)
        if opinion is not None:
            return file if opinion else None
    return None


def _rule_in(file: _IgnoreFile, relative_path: str) -> Rule | None:
    line = file.patterns.deciding_line(relative_path[file.start :])
    return None if line is None else Rule(pattern=file.patterns.lines[line - 1], source=file.path, line=line)


_NOTHING: Final = Patterns(())


def _lines_of(path: str) -> Sequence[str]:
    """OSError if it cannot be read or is no regular file: like git, this follows no link, and no pipe is waited for."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "no regular file")
        text = file.read(_LONGEST_BYTES).decode("utf-8-sig", errors="replace")
    return [line.removesuffix("\r") for line in text.split("\n")]
