import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectray_client.searcher.duplicates import Samples, nearly_same, resemblance, sample

ENGLISH = (
    "The committee met on the first floor and spoke about the harbour wall, which leaks at spring tide. Somebody from the"
    " works department promised new pumps before winter, and the fishermen asked who would pay for the closed weeks."
)
CHINESE = (
    "潮汐是海水在月球和太阳引力作用下产生的周期性涨落现象，满月和新月时引力叠加形成大潮。沿海居民很早就记录了这种规律，并据此安排出海、晒盐和筑堤的日子，"
    "航海家的手册里也总附有各港口的潮时表。近代学者用谐波分析把潮位分解成许多分潮，从而能够提前多年推算每个港口的高潮和低潮时刻。"
)


def edited(text: str, edits: int) -> str:
    """A text with some characters changed, far from each other."""
    characters = list(text)
    for number in range(edits):
        characters[(2 * number + 1) * len(text) // (2 * edits)] = "X"
    return "".join(characters)


@given(st.text(max_size=200))
def test_a_text_is_nearly_the_same_as_itself(text: str) -> None:
    """Whatever its length and white space."""
    assert nearly_same(text, f" {text}\n")
    assert resemblance(text, text) == 1


@given(st.text(max_size=150), st.text(max_size=150))
def test_likeness_is_mutual(text: str, other: str) -> None:
    """It does not matter which of two texts comes first."""
    assert nearly_same(text, other) == nearly_same(other, text)
    assert resemblance(text, other) == resemblance(other, text)


@pytest.mark.parametrize("text", [ENGLISH, CHINESE])
def test_a_version_with_small_edits_is_nearly_the_same(text: str) -> None:
    """A word here and there is different, or a line was added; not if much is."""
    assert nearly_same(text, edited(text, 3))
    assert nearly_same(text, f"> {text} Agreed, M.")
    assert not nearly_same(text, edited(text, 30))
    assert not nearly_same(text, text[: len(text) // 2])


def test_forms_filled_in_differently_are_different_documents() -> None:
    """Two bills say the same but for their numbers, and a person means one of them."""
    bill = f"{ENGLISH} Bill 20261103: pay 1480.50 to account 774411 before 3 December 2026."
    other = f"{ENGLISH} Bill 20261187: pay 2210.00 to account 774411 before 9 January 2027."
    assert not nearly_same(bill, other)


@pytest.mark.parametrize(
    ("bill", "other"),
    [
        ("Bill 2025-011 of 2025-11-01: 1 month, 49.00", "Bill 2025-012 of 2025-12-01: 1 month, 49.00"),
        (
            "March: 3200.00, tax 640.00, pension 160.00, paid 2400.00",
            "April: 3200.00, tax 640.00, pension 160.00, paid 2412.00",
        ),
        ("租金：三千元", "租金：九千元"),
        ("房租 １２００ 元", "房租 ９９００ 元"),
    ],
)
@pytest.mark.parametrize(
    "form", [ENGLISH, CHINESE, f"{ENGLISH} Account 774411, bank 40050060, 12 Quay Street, VAT 123."]
)
def test_one_other_number_makes_another_bill(form: str, bill: str, other: str) -> None:
    """Whoever looks for December's bill is not told that it is a copy of November's; numbers that are only added are a newer version's."""
    assert not nearly_same(f"{form} {bill}", f"{form} {other}")
    assert nearly_same(f"{form} {bill}", f"{form} {bill} Paid 17.")


def test_short_texts_are_the_same_or_are_not() -> None:
    """One word makes another note of a short one."""
    assert not nearly_same(
        "call the dentist about Tuesday, and buy milk", "call the dentist about Monday, and buy milk"
    )


@given(st.integers(0, 2**32), st.integers(1, 4))
def test_samples_lead_to_what_is_nearly_the_same(seed: int, edits: int) -> None:
    """Of many texts the one is found that a version was made of, without comparing all."""
    chance = random.Random(seed)  # noqa: S311 - texts, no secrets
    words = [f"w{chance.getrandbits(20):x}" for _ in range(400)]
    texts = [" ".join(chance.sample(words, 60)) for _ in range(20)]
    samples = Samples()
    for number, text in enumerate(texts):
        samples.add(number, sample(text))
    assert samples.alike(sample(edited(texts[7], edits))) == [7]
