"""The list of modules in a sentence-transformers folder: the one place where it is read, and where it is refused. Needs no library.

Most rerankers are published as transformers saves them, without such a list: the transformer is all there is.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from vectrayd.domain.errors import ModelUnavailable

_OWN_TYPES = "sentence_transformers."
_CLASSIFIERS = "ForSequenceClassification"
"""How the names of transformers' models end that give scores."""


class Listed(NamedTuple):
    """A module, as the list names it."""

    type: str
    """With its package, such as "sentence_transformers.models.Pooling"."""
    folder: Path

    @property
    def kind(self) -> str:
        """The type without its package."""
        return self.type.rpartition(".")[2]


@contextmanager
def reading() -> Iterator[None]:
    """Turn what a damaged folder makes readers raise into ModelUnavailable."""
    try:
        yield
    except FileNotFoundError as cause:
        missing = Path(str(cause.filename)).name
        raise ModelUnavailable(f"The model's folder has no {missing}.") from cause
    except (OSError, ValueError, LookupError, TypeError, ArithmeticError, AttributeError) as cause:
        raise ModelUnavailable(f"The model's folder cannot be read ({type(cause).__name__}).") from cause


def is_classifier(architecture: Mapping[str, Any]) -> bool:
    """Whether a `config.json` is of a model that gives scores, not states."""
    named = architecture.get("architectures") or [""]
    return str(named[0]).endswith(_CLASSIFIERS)


def is_bare_classifier(folder: Path) -> bool:
    """Whether `folder` is a model that gives scores, as transformers saves it."""
    if (folder / "modules.json").is_file():
        return False
    try:
        return is_classifier(json.loads((folder / "config.json").read_text("utf-8")))
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return False


def listed_modules(folder: Path) -> list[Listed]:
    """Return the modules of the model in `folder`, in the order in which texts go through them; the first is the transformer.

    Raises:
        ModelUnavailable: the list is damaged or empty, or a module needs code of its own or lies elsewhere.

    """
    if is_bare_classifier(folder):
        return [Listed(f"{_OWN_TYPES}models.Transformer", folder)]
    with reading():
        entries = json.loads((folder / "modules.json").read_text("utf-8"))
        modules = [Listed(str(entry["type"]), folder / str(entry["path"])) for entry in entries]
        if not modules:
            raise ValueError
    for module in modules:
        if not module.type.startswith(_OWN_TYPES):
            raise ModelUnavailable(
                f"The model needs code of its own ({module.type[:100]}), and Vectray runs no code that comes with a model."
            )
        if ".." in module.folder.parts or not module.folder.is_relative_to(folder):
            raise ModelUnavailable("A module of the model lies outside its folder.")
    return modules
