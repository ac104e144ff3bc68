"""A model folder to an Encoder or a Reranker, by the fastest way that gives the numbers of sentence-transformers. That is found out at a model's first load on a
machine, remembered from then on.
"""

import gc
import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from vectrayd.domain.facts import fingerprint_of
from vectrayd.runtime.building import Finding, Source, load_by, model_of, source_of
from vectrayd.runtime.encoder import Encoder
from vectrayd.runtime.layout import Layout, NotPackable
from vectrayd.runtime.remembered import Remembered
from vectrayd.runtime.reranker import Reranker
from vectrayd.runtime.verification import agree, circumstances, samples_for
from vectrayd.runtime.ways import PLAIN, Way, fast_ways, way_named

_log = logging.getLogger(__name__)

_TOKENIZER = ".tokenizer.json"


def load(folder: Path, findings: Path, *, device: str = "", exact: bool = False) -> Encoder | Reranker:
    """Load the sentence-transformers model in `folder`; what is found out about it is kept in the folder `findings`.

    `device` is one of torch's, "" for the best that is safe to take unasked; `exact` forbids half precision.

    Raises:
        ModelUnavailable: the folder holds no model that can be loaded safely, or there is no such device.

    """
    remembered = Remembered(findings)
    source = source_of(folder, remembered, device=device)
    ways = fast_ways(source.device, exact=exact)
    key = circumstances(fingerprint_of(source.identity), source.device, [way.name for way in ways])
    finding = _recall(source, remembered, key, ways)
    if finding:
        return load_by(finding, source)
    model, finding = _find_out(source, remembered.place(key, _TOKENIZER), ways)
    gc.collect()  # what it was compared with hangs together in cycles, and takes more memory than the model itself
    kept = finding.tokenizer_file != source.tokenizer_file
    remembered.write(
        key, {"way": finding.way.name, "reason": finding.fallback_reason, "tokenizer_kept": kept}
    )
    return model


def _recall(source: Source, remembered: Remembered, key: str, ways: Sequence[Way]) -> Finding | None:
    found = remembered.read(key)
    way = way_named(found.get("way"), ways)
    kept = found.get("tokenizer_kept")
    tokenizer_file = remembered.place(key, _TOKENIZER) if kept else source.tokenizer_file
    if way is None or not tokenizer_file.is_file():
        return None
    return Finding(way=way, tokenizer_file=tokenizer_file, fallback_reason=str(found.get("reason", "")))


def _find_out(
    source: Source, tokenizer_place: Path, ways: Sequence[Way]
) -> tuple[Encoder | Reranker, Finding]:
    """Load the model, by the plain way and then by faster ones until one agrees with it."""
    from vectrayd.runtime.reference import load_reference, tokenizer_file  # noqa: PLC0415 - takes seconds to import

    reference = load_reference(source.layout, source.device)
    plain = Finding(way=PLAIN, tokenizer_file=source.tokenizer_file)
    try:
        file = tokenizer_file(reference.tokenizer, source.tokenizer_file, tokenizer_place)
        plain = replace(plain, tokenizer_file=file)
        return _fastest(plain, source, model_of(reference, plain, source), reference.layout, ways)
    except NotPackable as why:
        told = replace(plain, fallback_reason=f"The packed forward pass is not used for this model: {why}.")
        return model_of(reference, told, source), told


def _fastest(
    plain: Finding, source: Source, reference: Encoder | Reranker, layout: Layout, ways: Sequence[Way]
) -> tuple[Encoder | Reranker, Finding]:
    if layout != source.layout:
        raise NotPackable("sentence-transformers reads its settings otherwise")
    samples = samples_for(layout.sliding_window)
    expected = reference.raw(samples)
    why = f"models run padded on {source.device.type}"
    for way in ways:
        finding = replace(plain, way=way)
        try:
            model = load_by(finding, source)
            if agree(model.raw(samples), expected, way.dtype):
                return model, finding
            why = "its numbers would not be those of sentence-transformers"
        except NotPackable as cause:
            why = str(cause)
        except Exception as cause:  # noqa: BLE001 - private operators and unknown architectures may fail in any way
            why = f"it fails on this model ({type(cause).__name__})"
        _log.info("%s: %s", way.name, why)  # what it comes to stands in the model's state
    raise NotPackable(why)
