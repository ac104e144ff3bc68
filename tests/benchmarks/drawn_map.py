"""The map of the collection: what it costs, how many neighbours it keeps, and how far it moves when little has changed.

    python -m tests.benchmarks.drawn_map INDEX [--documents 500 2000 5000]

`INDEX` is an `index.sqlite`, which is only read. Sizes that it has not are drawn from vectors lying as its own do, without labels.
"kept" is the trustworthiness of the ten nearest (Venna and Kaski, 2001): 1 where all that are neighbours on the map are so in truth;
beside it that of the two first principal components. "moved" is by how much of the map's side the documents that stay move when 2 % go
and 2 % come, median and 95th percentile; beside it, the same without the earlier map. Seconds are of one processor.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import PCA
from sklearn.manifold import trustworthiness
from tests.benchmarks.figures import row
from tests.benchmarks.lifelike_vectors import Lifelike

from vectray_client.drawing.gathering import open_gathering
from vectray_client.drawing.grouping import grouped
from vectray_client.drawing.labelling import labels
from vectray_client.drawing.placing import framed, placed

Floats = NDArray[np.float32]
Answer = TypeVar("Answer")
_NEIGHBOURS = 10
_CHANGED = 0.02


def timed(call: Callable[[], Answer]) -> tuple[Answer, float]:
    """Return what a call gives, and the seconds of a processor that it took."""
    began = time.process_time()
    return call(), time.process_time() - began


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("index", type=Path)
    parser.add_argument("--documents", type=int, nargs="+", default=[500, 2000, 5000])
    asked = parser.parse_args()
    placed(np.eye(20, dtype=np.float32))  # what is loaded once
    print(
        row(
            "documents",
            "gathered s",
            "placed s",
            "grouped s",
            "labelled s",
            "groups",
            "kept",
            "components keep",
        )
    )
    drawn = [draw(asked.index, count) for count in asked.documents]
    print(row("documents", "mended s", "kept", "moved", "moved if drawn from nothing"))
    for vectors, positions in drawn:
        mend(vectors, positions)


def draw(index: Path, count: int) -> tuple[Floats, Floats]:
    """Draw a map and print its row; return vectors and positions."""

    def gathered() -> tuple[Floats, list[str]]:
        with open_gathering(index) as gathering:
            documents = gathering.listed(count)
            return gathering.vectors(documents), gathering.openings(documents)

    (vectors, texts), gathering_seconds = timed(gathered)
    if len(vectors) < count:
        vectors, texts = Lifelike(seeds=vectors, questions=vectors).vectors(count).astype(np.float32), []
    positions, placing_seconds = timed(lambda: placed(vectors))
    groups, grouping_seconds = timed(lambda: grouped(positions).tolist())
    made, labelling_seconds = timed(lambda: labels(texts, groups) if texts else ())
    print(
        row(
            count,
            f"{gathering_seconds:.2f}",
            f"{placing_seconds:.1f}",
            f"{grouping_seconds:.2f}",
            f"{labelling_seconds:.2f}" if texts else "",
            max(groups) + 1,
            kept(vectors, positions),
            kept(vectors, PCA(2).fit_transform(vectors)),
        ),
        flush=True,
    )
    for number, label in enumerate(made):
        print(f"    {groups.count(number):5}  {label}")
    return vectors, positions


def mend(vectors: Floats, positions: Floats) -> None:
    """Draw the map again after some have gone and come; print its row."""
    chance = np.random.default_rng(0).random((2, len(vectors)))
    stays = chance[0] >= _CHANGED
    earlier = np.where((chance[1] < _CHANGED)[:, None], np.nan, positions)[stays].astype(np.float32)
    after, seconds = timed(lambda: placed(vectors[stays], earlier=earlier))
    afresh = placed(vectors[stays])
    was = framed(positions)[0][stays]
    print(
        row(
            len(vectors), f"{seconds:.1f}", kept(vectors[stays], after), moved(was, after), moved(was, afresh)
        ),
        flush=True,
    )


def kept(vectors: Floats, positions: Floats) -> str:
    """Say how many neighbours a map keeps."""
    return f"{trustworthiness(vectors, positions, n_neighbors=_NEIGHBOURS):.3f}"


def moved(before: Floats, after: Floats) -> str:
    """Say how far documents moved on the framed map."""
    distances = np.linalg.norm(framed(after)[0] - before, axis=1)
    median, most = np.percentile(distances, [50, 95])
    return f"{median:.3f}, {most:.3f}"


if __name__ == "__main__":
    main()
