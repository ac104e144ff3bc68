"""The generated code of the contract."""

from pathlib import Path

from generate_protos import PROTOS, generate, generated_files


def test_the_committed_code_is_what_the_protos_say(tmp_path: Path) -> None:
    """Whoever changes a proto commits its code with it: `python packaging/generate_protos.py`."""
    generate(tmp_path)
    assert generated_files(PROTOS) == generated_files(tmp_path)
