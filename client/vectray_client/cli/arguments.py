"""What is understood on the command line beside click's own types."""

import os

import click


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


WORDS = Words()
FOLDER = Folder()


def is_unicode(text: str) -> bool:
    """False for a text in which Python had to hide bytes as halves of surrogate pairs."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
