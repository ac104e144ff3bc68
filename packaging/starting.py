"""Says in one sentence what is missing where the scripts of this folder cannot work.

Every Python from 3.6 on has to get as far as that sentence. This file and the scripts that people start therefore keep to
syntax that old Pythons can read, and import everything else only afterwards: a syntax error in an imported module
would be all that a person with an old Python gets to see.
"""

import sys


def complaint(version: "tuple[int, ...]", missing: str) -> str:
    """What keeps `version` of Python from working, in one sentence; empty if nothing does.

    `missing` names the module of the standard library that could not be imported, or is empty.
    """
    if version[:2] < (3, 11):
        found = ".".join(map(str, version[:3]))
        return (
            f"Vectray needs Python 3.11 or newer and this is Python {found}: install a newer one "
            "(https://www.python.org/downloads/) and start this script with it."
        )
    if missing:
        return (
            f"This Python has no module `{missing}`, so it cannot make virtual environments: "
            "on Debian and Ubuntu `sudo apt install python3-venv` adds it."
        )
    return ""


def missing_module() -> str:
    """The name of the first module that a virtual environment needs and this Python lacks; empty if it has them."""
    for name in ("venv", "ensurepip"):
        try:
            __import__(name)
        except ImportError:
            return name
    return ""


def stop_unless_fit() -> None:
    """End the program with the sentence, exit code 1, unless this Python can set Vectray up."""
    sentence = complaint(sys.version_info[:3], missing_module())
    if sentence:
        sys.exit(sentence)
