"""Units to passages: greedy inside runs, small ones merged. Anchored, so that passages stay put under edits."""

from collections.abc import Iterable, Sequence

from vectray_client.read.units import MAX_CHARACTERS_PER_TOKEN, Unit


def packed(units: Iterable[Unit], *, max_tokens: int) -> list[Sequence[Unit]]:
    """Groups of consecutive units, each within the room of its first one as far as the units' token counts add up."""
    max_characters = max_tokens * MAX_CHARACTERS_PER_TOKEN
    groups: list[list[Unit]] = []
    tokens = 0
    for run in _greedy(units, max_characters):
        added = sum(unit.tokens for unit in run)
        # Too small to stand alone, or a heading without its text.
        is_unfinished = groups and (tokens < max_tokens // 2 or groups[-1][-1].is_heading)
        if (
            is_unfinished
            and not run[0].is_anchor
            and _fits(groups[-1][0], tokens + added, run[-1], max_characters)
        ):
            groups[-1].extend(run)
            tokens += added
        else:
            groups.append(run)
            tokens = added
    return list(groups)


def _greedy(units: Iterable[Unit], max_characters: int) -> list[list[Unit]]:
    groups: list[list[Unit]] = []
    tokens = 0
    for unit in units:
        tokens += unit.tokens
        if (
            not groups
            or unit.starts_passage
            or unit.is_anchor
            or not _fits(groups[-1][0], tokens, unit, max_characters)
        ):
            groups.append([])
            tokens = unit.tokens
        groups[-1].append(unit)
    return groups


def _fits(first: Unit, tokens: int, last: Unit, max_characters: int) -> bool:
    """Characters are bounded too: any amount of white space may be no token at all."""
    return tokens <= first.room and last.end - first.start <= max_characters
