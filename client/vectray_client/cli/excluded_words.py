"""A command whose words may begin with a minus: -draft is a word that must not be found, and no option."""

import re

import click

_EXCLUDED = re.compile(r"-(?!-|h\Z).+", re.DOTALL)
"""All that begins with one minus, but for -h: the commands have no other short options."""
_MARK = "\0"
"""Hides the minus while options are read. No argument of a program can hold it."""


class TakesExcludedWords(click.Command):
    """A command without short options, but for -h."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read options and words, wherever they stand."""
        rest = super().parse_args(
            ctx, [f"{_MARK}{word}" if _EXCLUDED.fullmatch(word) else word for word in args]
        )
        ctx.params = {name: _unhidden(value) for name, value in ctx.params.items()}
        return rest


def _unhidden(value: object) -> object:
    if isinstance(value, tuple):
        return tuple(map(_unhidden, value))
    return value.removeprefix(_MARK) if isinstance(value, str) else value
