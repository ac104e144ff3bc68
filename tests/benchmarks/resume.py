"""A stream through two hundred disturbances: the daemon killed, its worker killed, its connection cut in the middle of a frame.

    python -m tests.benchmarks.resume [--disturbances 200] [--seed 1]

The daemon is the light one, behind a proxy; the stream goes on until all of them are over. Prints how many ids were answered, how
many twice, with an error or with another text's vector, and the rate with everything.
"""

import argparse
import random
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.disturbances import KINDS, HardLife
from tests.light_worker import light_vector

from vectray_client import Daemon


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--disturbances", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    kinds = random.Random(asked.seed).choices(KINDS, k=asked.disturbances)
    answers: Counter[int] = Counter()
    errors = strangers = 0
    began = time.perf_counter()
    with (
        tempfile.TemporaryDirectory() as folder,
        HardLife(Path(folder), kinds, seed=asked.seed) as life,
        Daemon(life.places) as daemon,
    ):
        for number, answer in daemon.encode_stream(life.texts(20_000)):
            answers[number] += 1
            errors += answer.error is not None
            strangers += answer.vector is not None and answer.vector[0] != light_vector(f"text {number}")[0]
            life.note_answer()
    seconds = time.perf_counter() - began
    twice = sum(count > 1 for count in answers.values())
    missing = max(answers) + 1 - len(answers)
    print(
        f"{dict(Counter(kinds))} in {seconds:.0f} s: {len(answers)} ids answered, {missing} not, {twice} twice,"
    )
    print(
        f"{errors} with an error, {strangers} with another text's vector; {len(answers) / seconds:.0f} a second"
    )


if __name__ == "__main__":
    main()
