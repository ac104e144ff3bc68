"""Tiny models with random weights, in folders as sentence-transformers lays them out, one for each architecture of the catalogue."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import (
    BertConfig,
    BertModel,
    EuroBertConfig,
    EuroBertModel,
    Gemma3TextConfig,
    Gemma3TextModel,
    GteConfig,
    GteModel,
    JinaEmbeddingsV3Config,
    JinaEmbeddingsV3Model,
    ModernBertConfig,
    ModernBertModel,
    MPNetConfig,
    MPNetModel,
    NomicBertConfig,
    NomicBertModel,
    PreTrainedModel,
    Qwen3Config,
    Qwen3Model,
    XLMRobertaConfig,
    XLMRobertaModel,
)

from vectrayd.runtime.verification import SAMPLES

_WORDS = ["[UNK]", "<s>", "</s>", "<pad>", *sorted({word for text in SAMPLES for word in text.split()})]
_HIDDEN = 32
SHAPE: Mapping[str, Any] = {
    "vocab_size": len(_WORDS),
    "hidden_size": _HIDDEN,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "intermediate_size": 48,
    "max_position_embeddings": 200,
    "pad_token_id": 3,
    "bos_token_id": 1,
    "eos_token_id": 2,
    # Ten times as large as real ones: attention is to matter in three layers.
    "initializer_range": 0.2,
}
_GROUPED: Mapping[str, Any] = {**SHAPE, "num_key_value_heads": 2, "head_dim": 8}
_PER_LAYER = ["sliding_attention", "full_attention", "sliding_attention"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tiny:
    """How to make one."""

    transformer: Callable[[], PreTrainedModel]
    pooling: Mapping[str, Any]
    prompts: Mapping[str, str] = field(default_factory=dict)
    dense: Sequence[int] = ()
    """Outputs of the Dense modules after pooling."""


_MEAN = {
    "word_embedding_dimension": _HIDDEN,
    "pooling_mode_mean_tokens": True,
    "pooling_mode_cls_token": False,
}
_CLS = {
    "word_embedding_dimension": _HIDDEN,
    "pooling_mode_mean_tokens": False,
    "pooling_mode_cls_token": True,
}
_LAST = {"embedding_dimension": _HIDDEN, "pooling_mode": "lasttoken"}

MODELS: Mapping[str, Tiny] = {
    "minilm, m3e, gte-base": Tiny(transformer=lambda: BertModel(BertConfig(**SHAPE)), pooling=_MEAN),
    "bge": Tiny(
        transformer=lambda: BertModel(BertConfig(**SHAPE), add_pooling_layer=False),
        pooling=_CLS,
        prompts={"query": "tide "},
    ),
    "bge-m3": Tiny(transformer=lambda: XLMRobertaModel(XLMRobertaConfig(**SHAPE)), pooling=_CLS),
    "multilingual-e5": Tiny(
        transformer=lambda: XLMRobertaModel(XLMRobertaConfig(**SHAPE)),
        pooling=_MEAN,
        prompts={"query": "moon ", "document": "tide "},
    ),
    "nomic-embed": Tiny(transformer=lambda: NomicBertModel(NomicBertConfig(**SHAPE)), pooling=_MEAN),
    "gte-multilingual": Tiny(transformer=lambda: GteModel(GteConfig(**SHAPE)), pooling=_CLS),
    "jina-v3": Tiny(
        transformer=lambda: JinaEmbeddingsV3Model(JinaEmbeddingsV3Config(**SHAPE)), pooling=_MEAN
    ),
    "modernbert": Tiny(
        transformer=lambda: ModernBertModel(
            ModernBertConfig(
                **SHAPE, local_attention=16, global_attn_every_n_layers=2, cls_token_id=1, sep_token_id=2
            )
        ),
        pooling=_CLS,
    ),
    "eurobert": Tiny(transformer=lambda: EuroBertModel(EuroBertConfig(**_GROUPED)), pooling=_MEAN),
    "qwen3-embedding": Tiny(
        transformer=lambda: Qwen3Model(Qwen3Config(**_GROUPED)),
        pooling=_LAST,
        prompts={"query": "Instruct: rises the water\nQuery:", "document": ""},
    ),
    "qwen3 with a sliding window": Tiny(
        transformer=lambda: Qwen3Model(
            Qwen3Config(**_GROUPED, use_sliding_window=True, sliding_window=12, layer_types=_PER_LAYER)
        ),
        pooling=_LAST,
    ),
    "embeddinggemma": Tiny(
        transformer=lambda: Gemma3TextModel(
            Gemma3TextConfig(
                **_GROUPED, use_bidirectional_attention=True, sliding_window=16, layer_types=_PER_LAYER
            )
        ),
        pooling=_MEAN,
        prompts={"query": "task: search result | query: ", "document": "title: none | text: "},
        dense=(48, _HIDDEN),
    ),
}
MPNET = Tiny(transformer=lambda: MPNetModel(MPNetConfig(**SHAPE)), pooling=_MEAN)


def save(tiny: Tiny, folder: Path, *, max_tokens: int = 150) -> Path:
    """Make the model's folder, with a tokenizer of real words."""
    torch.manual_seed(0)
    tiny.transformer().save_pretrained(folder)
    words_tokenizer().save(str(folder / "tokenizer.json"))
    settings = {"tokenizer_class": "PreTrainedTokenizerFast", "pad_token": "<pad>", "unk_token": "[UNK]"}
    _write(folder / "tokenizer_config.json", settings)
    _write(folder / "sentence_bert_config.json", {"max_seq_length": max_tokens, "do_lower_case": False})
    _write(
        folder / "config_sentence_transformers.json",
        {"prompts": tiny.prompts, "default_prompt_name": None, "similarity_fn_name": "cosine"},
    )
    _write(folder / "1_Pooling" / "config.json", tiny.pooling)
    dense = [_save_dense(tiny.dense, number, folder) for number in range(len(tiny.dense))]
    kinds = ["Transformer", "Pooling", *["Dense"] * len(dense), "Normalize"]
    places = ["", "1_Pooling", *dense, f"{len(dense) + 2}_Normalize"]
    _write(
        folder / "modules.json",
        [
            {
                "idx": number,
                "name": str(number),
                "path": place,
                "type": f"sentence_transformers.models.{kind}",
            }
            for number, (kind, place) in enumerate(zip(kinds, places, strict=True))
        ],
    )
    return folder


def _save_dense(outputs: Sequence[int], number: int, folder: Path) -> str:
    inputs = outputs[number - 1] if number else _HIDDEN
    place = f"{number + 2}_Dense"
    settings = {
        "in_features": inputs,
        "out_features": outputs[number],
        "bias": False,
        "activation_function": "torch.nn.modules.linear.Identity",
    }
    _write(folder / place / "config.json", settings)
    save_file({"linear.weight": torch.randn(outputs[number], inputs)}, folder / place / "model.safetensors")
    return place


def words_tokenizer() -> Tokenizer:
    """Return a tokenizer of the words of the samples."""
    vocabulary = {word: number for number, word in enumerate(_WORDS)}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 1), ("</s>", 2)]
    )
    return tokenizer


def _write(file: Path, value: object) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(value), "utf-8")
