"""The page's own files: those that were there when the server began, and no others."""

import hashlib
import mimetypes
from collections.abc import Mapping
from pathlib import Path

from starlette.responses import Response

from vectray_client.speaking.sentences import SENTENCES_FILE
from vectray_client.web.refusals import Refused

_FOLDER = Path(__file__).parent / "static"
_SHARED = {"words/sentences_zh.json": SENTENCES_FILE}
"""What the page has in common with other programs."""
_TYPES = {
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".webmanifest": "application/manifest+json",
}
"""Not left to the machine's own table, which may say otherwise: a browser runs no script of another type."""


class StaticFiles:
    """Answers with files by their names below a folder. A name that is none of them is not looked for: no path leads out of it."""

    def __init__(self, folder: Path = _FOLDER, *, shared: Mapping[str, Path] = _SHARED) -> None:
        """Know the files below `folder`, and those of other places by the names that they have here."""
        files = (file for file in folder.rglob("*") if file.is_file() and not file.is_symlink())
        self._files = {**{file.relative_to(folder).as_posix(): file for file in files}, **shared}

    def answer(self, name: str, *, known_tag: str = "") -> Response:
        """Return a file, or that the browser has it already.

        Raises:
            Refused: there is no such file.

        """
        if name not in self._files:
            raise Refused("There is nothing here.", status=404, code="NOT_FOUND")
        content = self._files[name].read_bytes()
        tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
        headers = {"ETag": tag, "Cache-Control": "no-cache"}
        if tag in known_tag.replace("W/", "").replace(" ", "").split(","):
            return Response(status_code=304, headers=headers)
        return Response(content, headers=headers, media_type=_media_type(self._files[name]))


def _media_type(file: Path) -> str:
    return _TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
