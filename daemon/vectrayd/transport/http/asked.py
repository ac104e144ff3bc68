"""What an HTTP request for embeddings asks for, read from its body. Pure.

Source of the fields: https://platform.openai.com/docs/api-reference/embeddings/create. `task`, `prompt_name`, `overlong` and `lane` are
this daemon's own, with the meaning that they have in the contract.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vectrayd.domain.errors import InvalidOption
from vectrayd.domain.options import DOCUMENT, QUERY, EncodeOptions, Lane, Overlong, Prompt, Wish
from vectrayd.transport.limits import MOST_TEXTS

_FIELDS = frozenset(
    ("input", "model", "encoding_format", "dimensions", "user", "task", "prompt_name", "overlong", "lane")
)
_FORMATS = {"float": False, "base64": True}
_TASKS = {role.name: role for role in (QUERY, DOCUMENT)}
_OVERLONG = {policy.value: policy for policy in Overlong}
_LANES = {lane.name.lower(): lane for lane in Lane}
_CLIENT = "http"
"""The name under which requests share that give none."""
_MOST_TOKENS = 64 * 1024
"""Of one input: twice the longest window of the catalogue, and soon spelt."""
_LARGEST = 2**32 - 1

Tokens = tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request for embeddings."""

    texts: Sequence[str]
    tokens: Sequence[Tokens]
    """Ids of the model's tokenizer, given in place of texts; of the two, one is empty."""
    wish: Wish
    is_base64: bool


def asked(body: bytes, lane: str | None = None) -> Asked:
    """Read a request; `lane` is the one that its headers ask for.

    Raises:
        InvalidOption: it cannot be understood.

    """
    fields = _fields(body)
    texts, tokens = _inputs(fields.get("input"))
    options = EncodeOptions(
        prompt=_prompt(fields),
        dimensions=_number(fields, "dimensions"),
        # As OpenAI does it. Cutting has to be asked for: most clients would never learn of it.
        overlong=_choice(fields, "overlong", _OVERLONG, "error"),
    )
    wish = Wish(
        model=_word(fields, "model"),
        options=options,
        lane=_choice({"lane": lane} if lane else fields, "lane", _LANES, "normal"),
        client=_word(fields, "user") or _CLIENT,
    )
    is_base64 = _choice(fields, "encoding_format", _FORMATS, "float")
    return Asked(texts=texts, tokens=tokens, wish=wish, is_base64=is_base64)


def _prompt(fields: Mapping[str, Any]) -> Prompt | None:
    if "prompt_name" in fields:
        return Prompt(name=_word(fields, "prompt_name"), required=True)
    role: Prompt | None = _choice(fields, "task", _TASKS, "") if "task" in fields else None
    return role


def _fields(body: bytes) -> Mapping[str, Any]:
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError):
        raise InvalidOption("The body is no JSON.") from None  # the parser's words quote it
    if not isinstance(fields, dict):
        raise InvalidOption("The body is one JSON object.")
    if fields.keys() - _FIELDS:
        raise InvalidOption(
            f"The body has a field that nobody knows; known are {', '.join(sorted(_FIELDS))}."
        )
    return {name: value for name, value in fields.items() if value is not None}


def _inputs(given: Any) -> tuple[Sequence[str], Sequence[Tokens]]:  # noqa: ANN401 - whatever JSON has
    if isinstance(given, str) or _are_tokens(given):
        given = [given]
    if not isinstance(given, list) or not given:
        raise InvalidOption(
            "`input` is a text, a list of texts, a list of tokens, or a list of lists of tokens."
        )
    if len(given) > MOST_TEXTS:
        raise InvalidOption(f"`input` may have {MOST_TEXTS} texts, this one has {len(given)}.")
    if all(isinstance(one, str) for one in given):
        return [_sound(text, f"input[{at}]") for at, text in enumerate(given)], []
    if all(_are_tokens(one) for one in given):
        return [], [tuple(one) for one in given]
    raise InvalidOption("`input` has texts and tokens, or something that is neither.")


def _are_tokens(given: Any) -> bool:  # noqa: ANN401 - as above
    # To Python a truth value is a number.
    return (
        isinstance(given, list)
        and 0 < len(given) <= _MOST_TOKENS
        and all(type(one) is int and 0 <= one <= _LARGEST for one in given)
    )


def _word(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name, "")
    if not isinstance(value, str):
        raise InvalidOption(f"`{name}` is a text.")
    return _sound(value, name)


def _sound(text: str, name: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        pass  # the error quotes the text, so not even its traceback may go on
    else:
        return text
    raise InvalidOption(f"`{name}` has half of a surrogate pair, which is no character.")


def _number(fields: Mapping[str, Any], name: str) -> int:
    value = fields.get(name, 0)
    if name in fields and (type(value) is not int or not 1 <= value <= _LARGEST):
        raise InvalidOption(f"`{name}` is a number of 1 or more.")
    return int(value)


def _choice(fields: Mapping[str, Any], name: str, choices: Mapping[str, Any], default: str) -> Any:  # noqa: ANN401 - of the table
    value = fields.get(name, default)
    if not isinstance(value, str) or value not in choices:
        raise InvalidOption(f"`{name}` is one of: {', '.join(choices)}.")
    return choices[value]
