from hypothesis import given
from hypothesis import strategies as st

from vectray_client.drawing.labelling import labels


def test_a_label_says_what_sets_a_group_apart() -> None:
    """Not what all have in common; English words by their commonest form, Chinese as whole words."""
    tides = [f"The report on tides number {at}: the moon causes tides and tide tables" for at in range(5)]
    learning = [f"报告：机器学习的方法{at}，以及机器学习与图像" for at in range(5)]
    bread = [f"The report on bread number {at}: yeast" for at in range(5)]
    glass = [f"The report on glass number {at}" for at in range(5)]
    one, two, three, _ = labels([*tides, *learning, *bread, *glass], [at // 5 for at in range(20)])
    assert "tides" in one.split(" · ")
    assert "机器学习" in two.split(" · ")
    assert {"bread", "yeast"} <= set(three.split(" · "))
    assert "report" not in one + three


def test_function_words_say_nothing() -> None:
    """In neither language; nor do words that name no subject, such as pronouns and "begin"."""
    assert labels(["the and of with", "的了是在"], [0, 1]) == ("", "")
    assert labels(["first get two other", "当时他们开始进行", "當時牠們開始進行"], [0, 1, 2]) == ("", "", "")


def test_a_label_names_a_thing_once() -> None:
    """Words of one root are one word: there is room for three."""
    science = [f"science and scientific scientists measure glaciers {at}" for at in range(5)]
    (label, _) = labels([*science, *["harbour boats"] * 5], [0] * 5 + [1] * 5)
    assert sum(word.startswith("scien") for word in label.split(" · ")) == 1


@given(st.lists(st.tuples(st.text(max_size=40), st.integers(0, 3)), max_size=12))
def test_every_group_has_a_label(documents: list[tuple[str, int]]) -> None:
    """It is one short line, whatever the texts are."""
    groups = [group for _, group in documents]
    made = labels([text for text, _ in documents], groups)
    assert len(made) == max(groups, default=-1) + 1
    assert all(len(label.splitlines()) <= 1 and len(label) <= 130 for label in made)


def test_one_group_alone_has_no_label() -> None:
    """There is nothing that it could be told from."""
    assert labels(["the moon causes tides", "tides and tide tables"], [0, 0]) == ("",)


def test_no_documents_have_no_labels() -> None:
    """And that is no error."""
    assert labels([], []) == ()
