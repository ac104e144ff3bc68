from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from tests.certificates import make_certificate

from vectrayd.transport.certificates import read_pair
from vectrayd.transport.doors import Tls
from vectrayd.transport.presence import CannotListen


def encrypted(files: Tls) -> Tls:
    """The same with a password on the key."""
    key = serialization.load_pem_private_key(files.key.read_bytes(), None)
    kept = serialization.BestAvailableEncryption(b"a password")
    form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    files.key.write_bytes(key.private_bytes(*form, kept))
    return files


def test_a_pair_that_cannot_be_used_is_a_sentence(tmp_path: Path) -> None:
    """Files that are missing, no PEM, another pair's or locked by a password are refused before any door is opened, and nobody is asked."""
    for name in ("own", "other", "locked"):
        (tmp_path / name).mkdir()
    own, other = make_certificate(tmp_path / "own"), make_certificate(tmp_path / "other")
    pair = read_pair(own)
    assert (pair.key, pair.chain) == (own.key.read_bytes(), own.certificate.read_bytes())
    junk = tmp_path / "junk"
    junk.write_text("junk", "ascii")
    with pytest.raises(CannotListen, match="No such file"):
        read_pair(replace(own, key=tmp_path / "missing"))
    for wrong in (
        replace(own, key=junk),
        replace(own, certificate=junk),
        replace(own, key=other.key),
        encrypted(make_certificate(tmp_path / "locked")),
    ):
        with pytest.raises(CannotListen, match="cannot be used"):
            read_pair(wrong)
