"""The name of the way in which files are read now. Of another recipe the same bytes may give other passages."""

from importlib.metadata import PackageNotFoundError, version

# Raised by whoever changes what extractors or the chunker give for some file.
_EDITION = 1
_EXTRACTING = ("pypdfium2", "office-oxide", "selectolax", "lxml", "striprtf", "chardet")


def _version(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:  # there are systems without a wheel of it
        return "none"


RECIPE = " ".join([str(_EDITION), *(f"{name}-{_version(name)}" for name in _EXTRACTING)])
"""`1 pypdfium2-5.0.0 ...`: our own edition and the libraries that take texts out of files."""
