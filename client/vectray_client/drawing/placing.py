"""Where documents lie on the plane: near each other those whose vectors are alike. Pure, and equal for equal vectors.

t-SNE (van der Maaten and Hinton, 'Visualizing Data using t-SNE', JMLR 9, 2008) keeps neighbours; what is far apart is put in order by
the start, for which the principal components serve (Kobak and Berens, 'The art of using t-SNE', Nature Communications 10, 2019). The
start may be an earlier map: it is then only mended, and the picture does not jump.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE
from threadpoolctl import threadpool_limits

Floats = NDArray[np.float32]

_FEW: Final = 8
"""Documents up to which there are no neighbourhoods to keep: their principal components say it all."""
_COMPONENTS: Final = 50
"""What t-SNE reads: beyond them are what makes each text different from all others."""
_PERPLEXITY: Final = 30.0
_START_SPREAD: Final = 1e-4
"""Deviation of a start from principal components: small, so that t-SNE is free to unfold it."""
_ITERATIONS: Final = 750
_MENDING_ITERATIONS: Final = 250
"""The fewest that the library does."""
_RATE: Final = 50.0
"""At least; a twelfth of a quarter of the documents if that is more, as the library has it for a start from nothing."""
_NEAR: Final = 3
"""Documents of an earlier map among which a new one is put."""
_SEED: Final = 1


# One processor is enough to take; and sums over several would differ in their last digits.
@threadpool_limits.wrap(limits=1)  # type: ignore[untyped-decorator]  # has no types
def placed(vectors: Floats, *, earlier: Floats | None = None) -> Floats:
    """Return positions (n, 2), of no particular scale, for vectors (n, dimensions) of unit length; n is at least 1.

    `earlier` are those of an earlier map, (n, 2), with NaN for documents that it does not have. Takes 4 milliseconds of a processor a
    document, a third of that where there is an earlier map.
    """
    count = len(vectors)
    components = _components(vectors)
    if count <= _FEW:
        return components[:, :2]
    if earlier is None or np.isnan(earlier).any(axis=1).sum() > count // 2:
        return _unfolded(components, _fresh_start(components), iterations=_ITERATIONS, exaggeration=12.0)
    start = _filled(earlier, vectors)
    return _unfolded(components, start, iterations=_MENDING_ITERATIONS, exaggeration=1.0)


def framed(positions: Floats) -> tuple[Floats, float]:
    """Return the positions within 0 to 1, in the middle and of the same shape, and how long the side of that square was before."""
    low, high = positions.min(axis=0), positions.max(axis=0)
    side = float((high - low).max()) or 1.0
    return np.clip(0.5 + (positions - (low + high) / 2) / side, 0.0, 1.0).astype(np.float32), side


def _components(vectors: Floats) -> Floats:
    """The principal components (n, 2 to 50), zero where there are not so many."""
    count = min(_COMPONENTS, *vectors.shape)
    made = np.zeros((len(vectors), max(count, 2)), np.float32)
    if len(vectors) > 1 and np.ptp(vectors, axis=0).any():
        made[:, :count] = PCA(
            count, svd_solver="full" if count < _COMPONENTS else "auto", random_state=_SEED
        ).fit_transform(vectors)
    return made


def _fresh_start(components: Floats) -> Floats:
    start = components[:, :2] / (components[:, 0].std() or 1.0)
    # Equal texts would stay on one point, where nobody could choose between them.
    apart = np.random.default_rng(_SEED).standard_normal(start.shape)
    return (_START_SPREAD * (start + 0.01 * apart)).astype(np.float32)


def _filled(earlier: Floats, vectors: Floats) -> Floats:
    """The earlier positions, and for a new document the middle of those that are most like it."""
    is_new = np.isnan(earlier).any(axis=1)
    filled = np.where(np.isnan(earlier), 0, earlier).astype(np.float32)
    if is_new.any():
        known = np.flatnonzero(~is_new)
        likeness = vectors[is_new] @ vectors[known].T
        near = known[np.argsort(-likeness, axis=1, kind="stable")[:, :_NEAR]]
        filled[is_new] = earlier[near].mean(axis=1)
    return filled


def _unfolded(components: Floats, start: Floats, *, iterations: int, exaggeration: float) -> Floats:
    count = len(components)
    tsne = TSNE(
        perplexity=min(_PERPLEXITY, (count - 1) / 3),
        early_exaggeration=exaggeration,
        learning_rate=max(count / 48, _RATE),
        max_iter=iterations,
        init=start,
        random_state=_SEED,
        n_jobs=1,
    )
    positions: Floats = tsne.fit_transform(components)
    return positions
