from vectrayd.scheduling.deadly import DeadlyTexts


def test_a_deadly_text_is_known_for_a_while() -> None:
    """It is known by its words alone, for an hour, and then gets another chance."""
    texts = DeadlyTexts()
    texts.add("boom \ud800", now=0.0)
    assert texts.knows("boom \ud800", now=3599.0)
    assert not texts.knows("other", now=0.0)
    assert not texts.knows("boom \ud800", now=3601.0)
    assert not texts


def test_only_so_many_are_kept() -> None:
    """Memory is bounded; the newest are kept."""
    texts = DeadlyTexts()
    for n in range(5000):
        texts.add(str(n), now=0.0)
    assert texts.knows("4999", now=1.0)
    assert not texts.knows("0", now=1.0)
