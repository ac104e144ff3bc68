"""What people call a cell: `Sheet1!B12`, as spreadsheet programs write it."""

import re

_PLAIN_NAME = re.compile(r"[^\W\d]\w*$")
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def cell_name(sheet: str, column: str, row: int) -> str:
    """`row` counts from 1. Names with anything but letters and digits are quoted."""
    name = sheet if _PLAIN_NAME.match(sheet) else f"'{sheet}'"
    return f"{name}!{column}{row}"


def column_name(index: int) -> str:
    """A for 0, Z for 25, AA for 26."""
    name = ""
    count = index + 1
    while count > 0:
        count, letter = divmod(count - 1, len(_LETTERS))
        name = _LETTERS[letter] + name
    return name
