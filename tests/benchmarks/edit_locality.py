"""How much of a long document is embedded again after a small edit: share of its tokens, by kind of edit.

    python -m tests.benchmarks.edit_locality --tokenizer TOKENIZER_JSON [--edits 1000] [--only insert] [--megabytes 1] [PATH ...]

Generated documents (English and Chinese, with and without headings; paragraphs of log-normal length) and the texts given,
cut to the same size. Each edit is made to the original document; what counts are the tokens of passages whose embedded text
was not there before. "fill" is a passage's mean length, of the 400 tokens that it may have.
"""

import argparse
import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.benchmarks.figures import percentile, row

from vectray_client.domain import Block, Chunk, Extracted
from vectray_client.read.blocks import markdown_blocks, plain_blocks, title_of
from vectray_client.read.chunker import chunk
from vectray_client.read.decoding import decode
from vectray_client.read.tokens import TokenCounter, load_counter

MAX_TOKENS = 400
Paragraphs = list[str]
Edit = Callable[[Paragraphs, random.Random], Paragraphs]
_LETTERS = "etaoinshrdlucmfwypvbgkqjxz"
_SECTION = 8


def words(chance: random.Random) -> list[str]:
    """A vocabulary of 4,000 words that look like words."""
    weights = range(len(_LETTERS), 0, -1)
    return ["".join(chance.choices(_LETTERS, weights, k=chance.randint(2, 9))) for _ in range(4_000)]


def english(chance: random.Random, vocabulary: Sequence[str]) -> str:
    """A paragraph of sentences."""
    sentences = []
    for _ in range(max(1, int(chance.lognormvariate(1.3, 0.7)))):
        sentence = " ".join(chance.choices(vocabulary, k=chance.randint(5, 25)))
        sentences.append(f"{sentence.capitalize()}.")
    return " ".join(sentences)


def chinese(chance: random.Random, vocabulary: Sequence[str]) -> str:
    """A paragraph of sentences, of the 2,000 Han characters that Unicode happens to begin with, and a foreign word now and then."""
    sentences = []
    for _ in range(max(1, int(chance.lognormvariate(1.3, 0.7)))):
        sentence = "".join(
            chr(0x4E00 + int(chance.triangular(0, 2_000, 0))) for _ in range(chance.randint(8, 40))
        )
        sentences.append(sentence + chance.choice(["", "", f" {chance.choice(vocabulary)} "]) + "。")
    return "".join(sentences)


def generated(
    paragraph: Callable[..., str], *, headings: bool, size: int, chance: random.Random
) -> Paragraphs:
    """Paragraphs, together at least `size` bytes."""
    vocabulary = words(chance)
    made: Paragraphs = []
    while size > 0:
        is_heading = headings and len(made) % _SECTION == 0
        made.append(f"## Section {len(made)}" if is_heading else paragraph(chance, vocabulary))
        size -= len(made[-1].encode())
    return made


def insert(paragraphs: Paragraphs, chance: random.Random) -> Paragraphs:
    """Put a paragraph in: one of the document's own, so that it is of its kind, turned round."""
    at = chance.randrange(len(paragraphs))
    new = chance.choice(paragraphs)[::-1].strip("# ") or "x"
    return [*paragraphs[:at], new, *paragraphs[at:]]


def delete(paragraphs: Paragraphs, chance: random.Random) -> Paragraphs:
    """Take a paragraph out."""
    at = chance.randrange(len(paragraphs))
    return paragraphs[:at] + paragraphs[at + 1 :]


def change_word(paragraphs: Paragraphs, chance: random.Random) -> Paragraphs:
    """Put a word into a paragraph or a heading, not into its marks."""
    at = chance.randrange(len(paragraphs))
    old = paragraphs[at]
    inside = chance.randrange(len(old) - len(old.lstrip("# ")), len(old))
    return [*paragraphs[:at], f"{old[:inside]} changed {old[inside:]}", *paragraphs[at + 1 :]]


def move_section(paragraphs: Paragraphs, chance: random.Random) -> Paragraphs:
    """Move as many paragraphs as a section has to another place."""
    at = chance.randrange(len(paragraphs) // _SECTION) * _SECTION
    rest = paragraphs[:at] + paragraphs[at + _SECTION :]
    to = chance.randrange(max(1, len(rest) // _SECTION)) * _SECTION
    return rest[:to] + paragraphs[at : at + _SECTION] + rest[to:]


EDITS: dict[str, Edit] = {edit.__name__: edit for edit in (insert, delete, change_word, move_section)}


def passages(
    paragraphs: Paragraphs, counter: TokenCounter, blocks_of: Callable[[str], tuple[Block, ...]]
) -> tuple[Chunk, ...]:
    """Cut them as they are cut in the product."""
    text = "\n\n".join(paragraphs)
    blocks = blocks_of(text)
    extracted = Extracted(text=text, blocks=blocks, title=title_of(text, blocks))
    return chunk(extracted, count=counter.count, max_tokens=MAX_TOKENS, slack_tokens=counter.slack_tokens)


def tokens_of(chunks: Sequence[Chunk], counter: TokenCounter) -> dict[str, int]:
    """Tokens of each distinct embedded text."""
    texts = sorted({passage.embedded_text for passage in chunks})
    return dict(zip(texts, counter.count(texts), strict=True))


def measure(
    name: str, paragraphs: Paragraphs, counter: TokenCounter, *, kinds: Sequence[Edit], edits: int
) -> None:
    """Print a row for each kind of edit."""
    blocks_of = markdown_blocks if any(p.startswith("#") for p in paragraphs) else plain_blocks
    first = passages(paragraphs, counter, blocks_of)
    before = tokens_of(first, counter)
    total = sum(before.values())
    fill = total / MAX_TOKENS / len(before)
    for edit in kinds:
        chance = random.Random(edit.__name__)
        shares, started = [], time.process_time()
        for _ in range(edits):
            after = tokens_of(passages(edit(paragraphs, chance), counter, blocks_of), counter)
            shares.append(100 * sum(tokens for text, tokens in after.items() if text not in before) / total)
        each = 1_000 * (time.process_time() - started) / edits
        columns = [f"{percentile(shares, share):.2f}" for share in (0.5, 0.99, 1.0)]
        print(
            row(name, edit.__name__.replace("_", " "), *columns, len(first), f"{fill:.2f}", f"{each:.0f}"),
            flush=True,
        )


def given(path: str, size: int) -> Paragraphs:
    """Return the paragraphs of a text file, or of all files of a folder."""
    files = sorted(Path(path).rglob("*")) if Path(path).is_dir() else [Path(path)]
    text = "\n\n".join(decode(file.read_bytes()) or "" for file in files if file.is_file())
    cut = text.encode()[:size].decode(errors="ignore")
    return [part.strip() for part in cut.split("\n\n") if part.strip()]


def main() -> None:
    """Read the arguments, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tokenizer", required=True)
    parser.add_argument("--edits", type=int, default=1_000)
    parser.add_argument("--megabytes", type=float, default=1.0)
    parser.add_argument("--only", choices=EDITS)
    parser.add_argument("paths", nargs="*")
    options = parser.parse_args()
    counter, size = load_counter(options.tokenizer), int(options.megabytes * 1_000_000)
    print(row("document", "edit", "median %", "p99 %", "worst %", "passages", "fill", "CPU ms an edit"))
    print(row(*["---"] * 8))
    kinds = [edit for name, edit in EDITS.items() if options.only in {None, name}]
    documents = {Path(path).name: given(path, size) for path in options.paths}
    for paragraph in (english, chinese):
        for headings in (True, False):
            name = f"{paragraph.__name__}, {'with' if headings else 'without'} headings"
            documents[name] = generated(paragraph, headings=headings, size=size, chance=random.Random(7))
    for name, paragraphs in documents.items():
        measure(name, paragraphs, counter, kinds=kinds, edits=options.edits)


if __name__ == "__main__":
    main()
