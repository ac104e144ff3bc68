"""What is understood on the command line beside click's own types."""

import os
import re

import click

from vectray_client.watch.shown import is_unicode


class Words(click.ParamType):  # type: ignore[type-arg] # older releases of click, which will do, have none
    """A text that says something and can be sent anywhere."""

    name = "text"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the text as it is, or refuse it."""
        if not value.strip():
            self.fail("it is empty.", param, ctx)
        if not is_unicode(value):
            self.fail("it is not valid UTF-8.", param, ctx)
        return value


class Folder(Words):
    """A folder, there or not; becomes an absolute path without links, as the index knows folders."""

    name = "folder"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the folder's real path, or refuse it."""
        if not value:
            self.fail("it is empty.", param, ctx)
        path = os.path.realpath(value)
        if not is_unicode(path):
            self.fail(f"the name {path} is not valid UTF-8.", param, ctx)
        return path


class Place(Folder):
    """A file or folder, there or not; becomes an absolute path of which only the last part may be a link: that one is meant then."""

    name = "path"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the path, or refuse it."""
        directory, name = os.path.split(value.rstrip(os.sep)) if value.strip(os.sep) else (value, "")
        if name in ("", ".", ".."):
            return super().convert(value, param, ctx)
        return os.path.join(super().convert(directory or ".", param, ctx), self._name(name, param, ctx))  # noqa: PTH118 - see below

    def _name(self, name: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if not is_unicode(name):
            self.fail(f"the name {name} is not valid UTF-8.", param, ctx)
        return name


class Span(click.ParamType):  # type: ignore[type-arg] # as above
    """A time such as 90s, 30m, 2h or 1d; becomes seconds."""

    name = "time"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return whole seconds, or refuse it."""
        found = _SPAN.fullmatch(value.strip())
        seconds = int(found["count"]) * _SECONDS[found["unit"] or "m"] if found else 0
        if not 0 < seconds <= _LONGEST_SPAN_SECONDS:
            self.fail(f"{value!r} is no time such as 30m, 2h or 1d, of a year at most.", param, ctx)
        return seconds


_SPAN = re.compile(r"(?P<count>[0-9]{1,9}) ?(?P<unit>[smhd]?)")
_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_LONGEST_SPAN_SECONDS = 366 * 86_400

WORDS = Words()
FOLDER = Folder()
PLACE = Place()
SPAN = Span()
JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
