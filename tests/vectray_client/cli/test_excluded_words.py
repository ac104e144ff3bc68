import click
import pytest
from click.testing import CliRunner

from vectray_client.cli.excluded_words import TakesExcludedWords


@click.command(cls=TakesExcludedWords)
@click.argument("words", nargs=-1)
@click.option("--name", default="")
@click.option("--top", type=int, default=10)
def command(words: tuple[str, ...], name: str, top: int) -> None:
    """Print what was understood."""
    click.echo(f"{words} {name} {top}")


@pytest.mark.parametrize(
    ("arguments", "understood"),
    [
        (["tea", "-green"], "('tea', '-green')  10"),
        (["-绿茶", "茶", "--top", "3"], "('-绿茶', '茶')  3"),
        (['-"two words"', "-how", "-9"], "('-\"two words\"', '-how', '-9')  10"),
        (["--name", "-draft", "tea"], "('tea',) -draft 10"),
        (["-"], "('-',)  10"),
        (["--", "--top", "-a"], "('--top', '-a')  10"),
    ],
)
def test_a_minus_is_part_of_the_word(arguments: list[str], understood: str) -> None:
    """Words with a minus reach the command as they were typed, between options or before them."""
    assert CliRunner().invoke(command, arguments).output.strip() == understood


def test_unknown_options_are_still_refused() -> None:
    """A mistyped option is an error, and -h helps."""
    assert CliRunner().invoke(command, ["tea", "--tpo", "3"]).exit_code == 2
    assert "Usage" in CliRunner().invoke(command, ["-h"], help_option_names=["-h"]).output
