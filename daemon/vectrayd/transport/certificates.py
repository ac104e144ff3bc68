"""A server's certificate and its key, as they are on this disk."""

import ssl
from typing import NamedTuple

from vectrayd.transport.doors import Tls
from vectrayd.transport.presence import CannotListen


class Pair(NamedTuple):
    """Both in PEM."""

    key: bytes
    chain: bytes


def read_pair(tls: Tls) -> Pair:
    """Return the two, which fit each other.

    Raises:
        CannotListen: they cannot be read or used; the libraries that get them would not say why, or ask a terminal for a password.

    """
    try:
        pair = Pair(tls.key.read_bytes(), tls.certificate.read_bytes())
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(
            tls.certificate, tls.key, password=b""
        )
    except ssl.SSLError as error:
        raise CannotListen(
            "The certificate or its key cannot be used; both must be PEM without a password, and belong together."
        ) from error
    except OSError as error:
        raise CannotListen(f"{error.filename}: {error.strerror}.") from error
    return pair
