from vectray_client.cli.survey import lines
from vectray_client.sdk.surveyed import Skipped, Survey


def test_what_is_known_is_told_and_nothing_else() -> None:
    """Each line only where there is something to say."""
    assert list(lines(Survey(is_done=True))) == ["0 files, 0 bytes, would be indexed"]
    known = Survey(
        files=12_345,
        bytes=1_200_000,
        skipped=(Skipped(reason="It is empty.", files=1_001, example="/a/空.md"),),
        seconds=600.0,
        han_share=0.517,
        model="small",
        notes=("It is so.",),
        is_done=True,
    )
    assert list(lines(known)) == [
        "12,345 files, 1.2 MB, would be indexed by the model small, in about 10 minutes",
        "52% of the letters in a sample of its texts are Chinese",
        "left out: 1,001 such as /a/空.md: It is empty.",
        "note: It is so.",
    ]


def test_hardly_any_time_is_not_about_some() -> None:
    """It reads as a person would say it."""
    (line,) = lines(Survey(files=1, bytes=20, seconds=0.01, is_done=True))
    assert line == "1 file, 20 bytes, would be indexed, in less than a second"
