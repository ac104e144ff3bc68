"""What an answer costs on its way: packed in the worker, put into a message by the supervisor, read by the SDK.

    python -m tests.benchmarks.answer_messages [--answers 64] [--dimensions 384]

Prints microseconds of processor time for each answer, the best of many rounds; beside the supervisor's, the plainest way to build the same
message.
"""

import argparse
import timeit
from collections.abc import Callable

import numpy as np

from vectray.v1 import embedding_pb2 as pb
from vectray_client.sdk.results import encoded
from vectrayd.domain.columns import columns_of, outcomes_of
from vectrayd.domain.embedding import Embedding
from vectrayd.domain.options import EncodeOptions
from vectrayd.runtime.output import pack
from vectrayd.transport import wire


def plainest(answers: list[tuple[int, Embedding]]) -> pb.EncodeStreamResponse:
    """Each part first, then put together."""
    results = [
        pb.ItemResult(
            id=number,
            embedding=pb.Embedding(
                vector=one.vector,
                tokens_used=one.tokens_used,
                tokens_total=one.tokens_total,
                truncated=one.truncated,
                scale=one.scale,
            ),
        )
        for number, one in answers
    ]
    return pb.EncodeStreamResponse(results=pb.EncodeStreamResponse.Results(results=results))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--answers", type=int, default=64)
    parser.add_argument("--dimensions", type=int, default=384)
    told = parser.parse_args()
    vectors = np.random.default_rng(0).normal(size=(told.answers, told.dimensions)).astype(np.float32)
    outcomes = [Embedding(row.tobytes(), 70, 70) for row in vectors]
    answers, columns = list(enumerate(outcomes)), columns_of(outcomes)
    data = plainest(answers).SerializeToString()
    assert data == b"".join(message.SerializeToString() for message in wire.stream_results(answers))
    results = pb.EncodeStreamResponse.FromString(data).results.results
    options = EncodeOptions()
    for name, work in {
        "worker: pack": lambda: pack(vectors, options),
        "supervisor: columns to outcomes": lambda: outcomes_of(columns),
        "supervisor: message": lambda: [m.SerializeToString() for m in wire.stream_results(answers)],
        "supervisor: message, plainest": lambda: plainest(answers).SerializeToString(),
        "client: parse": lambda: pb.EncodeStreamResponse.FromString(data),
        "client: read": lambda: [encoded(result, "") for result in results],
    }.items():
        print(f"{name:34} {_microseconds(work) / told.answers:6.2f}")


def _microseconds(work: Callable[[], object]) -> float:
    return min(timeit.repeat(work, number=20, repeat=50)) / 20 * 1e6


if __name__ == "__main__":
    main()
