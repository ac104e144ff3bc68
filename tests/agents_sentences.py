"""The sentences that the agent can say, found in its source."""

import ast
from collections.abc import Iterator
from pathlib import Path

_CLIENT = Path(__file__).parents[1] / "client" / "vectray_client"
_SPEAKERS = (
    "agent",
    "embed",
    "explaining.py",
    "freshness.py",
    "indexer",
    "read",
    "sdk/agents_errors.py",
    "sdk/channel.py",
    "sdk/connection.py",
    "sdk/model_calls.py",
    "sdk/rendezvous.py",
    "store/errors.py",
    "surveying",
    "watch",
)
"""Parts of the agent whose words reach page and tray."""
_LEAST_WORDS = 3
_VALUE = "{}"


def agents_sentences() -> dict[str, str]:
    """Return each sentence, with `{}` where something is filled in, and the file that holds it."""
    found = {}
    for part in _SPEAKERS:
        place = _CLIENT / part
        for file in [place] if place.is_file() else sorted(place.rglob("*.py")):
            for sentence in _said_in(ast.parse(file.read_text("utf-8"))):
                found[sentence] = file.relative_to(_CLIENT).as_posix()
    return found


def _said_in(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        for value in _values(node):
            text = _template(value)
            if len(text.split()) >= _LEAST_WORDS and "\n" not in text:
                yield text


def _values(node: ast.AST) -> Iterator[ast.expr]:
    """What an expression says if it says something."""
    yield from _refused(node)
    yield from _kept(node)
    match node:
        case ast.keyword(arg=str(name), value=value) if name.endswith(("reason", "sentence", "activity")):
            yield from _choices(value)
        case ast.FunctionDef(returns=ast.Name(id="str"), body=body):
            for each in ast.walk(ast.Module(body=body, type_ignores=[])):
                if isinstance(each, ast.Return) and each.value:
                    yield from _choices(each.value)
        case ast.FunctionDef(returns=ast.Subscript(slice=ast.Name(id="str")), body=body):
            for each in ast.walk(ast.Module(body=body, type_ignores=[])):
                if isinstance(each, ast.Yield) and each.value:
                    yield from _choices(each.value)


def _refused(node: ast.AST) -> Iterator[ast.expr]:
    """What is raised, or said of a file that is not read."""
    match node:
        case ast.Raise(exc=ast.Call(args=args)):
            yield from args
        case ast.Call(func=ast.Name(id="skipped" | "failed" | "poison" | "unsteady"), args=args):
            yield from args
        case ast.Call(func=ast.Attribute(attr="__init__" | "unavailable"), args=args):
            yield from args


def _kept(node: ast.AST) -> Iterator[ast.expr]:
    """Constants."""
    match node:
        case ast.Assign(value=ast.Constant() | ast.JoinedStr() as value):
            yield value
        case ast.Assign(value=ast.Dict(values=values)):
            yield from values


def _choices(value: ast.expr) -> Iterator[ast.expr]:
    if isinstance(value, ast.IfExp):
        yield from (*_choices(value.body), *_choices(value.orelse))
    elif isinstance(value, ast.BoolOp):
        for each in value.values:
            yield from _choices(each)
    else:
        yield value


def _template(value: ast.expr) -> str:
    match value:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(_template(part) for part in parts)
        case ast.FormattedValue():
            return _VALUE
        case ast.BinOp(op=ast.Add(), left=left, right=right):
            return _template(left) + _template(right)
    return ""
