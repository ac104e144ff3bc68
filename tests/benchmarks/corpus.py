"""Texts to measure with, made up but of real proportions, and the slices that the daemon would make of them."""

import random

_ENGLISH = [
    "the",
    "tide",
    "rises",
    "and",
    "falls",
    "twice",
    "a",
    "day",
    "because",
    "the",
    "moon",
    "pulls",
    "the",
    "water",
    "towards",
    "itself",
    "while",
    "the",
    "earth",
    "turns",
]
_CHINESE = "月球的引力牵动海水潮汐因此每天涨落两次满月和新月时太阳的引力与之叠加形成大潮"
_WINDOW = 512
SLICE_BYTES = 2048
"""About what a quantum of 50 ms comes to with all-MiniLM-L6-v2 on one core of the machine of docs/figures."""


def texts(count: int, *, seed: int = 1) -> list[str]:
    """Texts with the lengths of notes, many short and some long; every third is Chinese."""
    chance = random.Random(seed)
    made = []
    for number in range(count):
        words = max(3, int(chance.lognormvariate(3.6, 0.9)))
        chinese = number % 3 == 0
        made.append(
            "".join(chance.choices(_CHINESE, k=words))
            if chinese
            else " ".join(chance.choices(_ENGLISH, k=words))
        )
    return made


def cut(corpus: list[str], size_bytes: int = SLICE_BYTES) -> list[tuple[str, ...]]:
    """Cut as the daemon does, by bytes instead of by seconds: a window of texts in order of length at a time."""
    slices: list[tuple[str, ...]] = []
    for at in range(0, len(corpus), _WINDOW):
        part: list[str] = []
        for text in sorted(corpus[at : at + _WINDOW], key=len):
            if part and sum(len(other.encode()) for other in [*part, text]) > size_bytes:
                slices.append(tuple(part))
                part = []
            part.append(text)
        slices.append(tuple(part))
    return slices
