from datetime import UTC, datetime

from vectray_client.searcher.question import located, question_of


def test_a_question_that_goes_elsewhere_takes_its_folders_along() -> None:
    """All else in it stays as it was typed."""
    text = 'sea "in:quotes" in:notes 位置：「我的 笔记」 in: -in:x type:pdf'
    there = located(text, lambda said: f"/here/{said}")
    assert there == 'sea "in:quotes" in:"/here/notes" in:"/here/我的 笔记" in: -in:x type:pdf'
    assert question_of(there, now=datetime(2026, 11, 22, tzinfo=UTC)).folders == (
        "/here/notes",
        "/here/我的 笔记",
    )
