"""Tiny rerankers with random weights, in folders as transformers saves them, one for each architecture of the catalogue and some others."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import torch
from tests.vectrayd.runtime.tiny_models import SHAPE, words_tokenizer
from tokenizers import Tokenizer, processors
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    ModernBertConfig,
    ModernBertForSequenceClassification,
    PreTrainedModel,
    XLMRobertaConfig,
    XLMRobertaForSequenceClassification,
)

_SPECIAL = [("<s>", 1), ("</s>", 2)]
_BERTS = processors.TemplateProcessing(
    single="<s> $A </s>", pair="<s> $A </s> $B:1 </s>:1", special_tokens=_SPECIAL
)
_ROBERTAS = processors.TemplateProcessing(
    single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=_SPECIAL
)
Make = Callable[[int], PreTrainedModel]

MODELS: Mapping[str, tuple[Make, processors.TemplateProcessing]] = {
    "bge-reranker": (
        lambda labels: XLMRobertaForSequenceClassification(XLMRobertaConfig(**SHAPE, num_labels=labels)),
        _ROBERTAS,
    ),
    "ms-marco-minilm": (
        lambda labels: BertForSequenceClassification(BertConfig(**SHAPE, num_labels=labels)),
        _BERTS,
    ),
    "modernbert": (
        lambda labels: ModernBertForSequenceClassification(
            ModernBertConfig(
                **SHAPE,
                num_labels=labels,
                local_attention=16,
                global_attn_every_n_layers=2,
                cls_token_id=1,
                sep_token_id=2,
            )
        ),
        _ROBERTAS,
    ),
}


def tokenizer(name: str) -> Tokenizer:
    """Return the reranker's tokenizer, of real words."""
    made = words_tokenizer()
    made.post_processor = MODELS[name][1]
    return made


def save(name: str, folder: Path, *, max_tokens: int = 100, labels: int = 1) -> Path:
    """Make the reranker's folder."""
    make, template = MODELS[name]
    torch.manual_seed(0)
    make(labels).save_pretrained(folder)
    tokenizer(name).save(str(folder / "tokenizer.json"))
    sides = ["token_type_ids"] if template is _BERTS else []
    settings = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "pad_token": "<pad>",
        "unk_token": "[UNK]",
        "model_max_length": max_tokens,
        "model_input_names": ["input_ids", *sides, "attention_mask"],
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(settings), "utf-8")
    return folder
