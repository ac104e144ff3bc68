"""Texts to measure with, made up but of real proportions, and the slices that the daemon would make of them."""

import asyncio
import random

from vectrayd.domain.options import EncodeOptions, Lane
from vectrayd.scheduling.jobs import Job
from vectrayd.scheduling.slices import SLICE_BYTES, choose_slice

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
_WINDOW = 256


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


async def cut(corpus: list[str], size_bytes: int = SLICE_BYTES) -> list[tuple[str, ...]]:
    """Cut as the daemon does."""
    loop = asyncio.get_running_loop()
    waiting = [
        Job(
            text=text,
            size_bytes=len(text.encode()),
            options=EncodeOptions(),
            lane=Lane.BULK,
            answer=loop.create_future(),
        )
        for text in corpus
    ]
    slices = []
    while waiting:
        chosen = choose_slice(waiting[:_WINDOW], budget_bytes=size_bytes)
        waiting = [job for job in waiting if job not in chosen]
        slices.append(tuple(job.text for job in chosen))
    return slices
