import pytest
from tokenizers import Tokenizer, models, pre_tokenizers, processors

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
    assert text.ids == (1, 3, 4, 5, 3, 2)
    assert (text.tokens_total, text.truncated) == (6, False)


@pytest.mark.parametrize(
    ("template", "kept"),
    [
        ("<s> $A </s>", (1, 3, 4, 2)),
        ("<s> $A", (1, 3, 4, 5)),
        ("$A </s>", (3, 4, 5, 2)),
        ("$A", (3, 4, 5, 3)),
    ],
)
def test_what_is_too_long_keeps_its_closing_tokens(template: str, kept: tuple[int, ...]) -> None:
    """The window takes the end of the text, never the special tokens around it, and the whole length stays known."""
    (text,) = WindowTokenizer(tokenizer(template), max_tokens=4).tokenize(["a b c a b c"])
    assert text.ids == kept
    assert text.tokens_total == 6 + template.count("<")
    assert text.truncated
