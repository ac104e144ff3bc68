from vectrayd.domain import errors
from vectrayd.transport.http.answers import STATUSES


def test_every_error_has_a_status() -> None:
    """The table knows the whole tree: an error that is added without a status fails here."""
    tree = {
        error
        for error in vars(errors).values()
        if isinstance(error, type) and issubclass(error, errors.VectrayError)
    }
    assert set(STATUSES) == tree - {errors.VectrayError}
    assert set(STATUSES.values()) <= set(range(400, 600))
