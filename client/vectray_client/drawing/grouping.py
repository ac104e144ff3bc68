"""Which documents on the map belong together. Pure."""

from math import isqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import HDBSCAN
from sklearn.neighbors import KNeighborsClassifier
from threadpoolctl import threadpool_limits

_SMALLEST: Final = 4
_NEIGHBOURS: Final = 10
"""That say how densely it is around a document. With 5, three plain groups of 60 were found to be ten."""


@threadpool_limits.wrap(limits=1)  # type: ignore[untyped-decorator]  # has no types
def grouped(positions: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return the number of each document's group for positions (n, 2): 0 for the largest group, and so on.

    Groups are the smallest places in which documents lie more densely than around them (HDBSCAN's leaves; Campello, Moulavi and Sander,
    'Density-Based Clustering Based on Hierarchical Density Estimates', PAKDD 2013). What lies between belongs to the nearest.
    """
    count = len(positions)
    none = np.zeros(count, np.int64)
    if count < 2 * _SMALLEST:
        return none
    found = HDBSCAN(
        min_cluster_size=max(
            _SMALLEST, isqrt(count)
        ),  # seldom more than twenty groups, of however many documents
        min_samples=min(_NEIGHBOURS, count // 4),
        cluster_selection_method="leaf",
        copy=True,
    ).fit_predict(positions)
    dense = found >= 0
    if not dense.any():
        return none
    nearest = KNeighborsClassifier(1).fit(positions[dense], found[dense])
    return _by_size(nearest.predict(positions))


def _by_size(found: NDArray[np.int64]) -> NDArray[np.int64]:
    sizes = np.bincount(found)
    order = np.argsort(-sizes, kind="stable")
    numbers = np.empty_like(order)
    numbers[order] = np.arange(len(order))
    return numbers[found]
