from hypothesis import given
from hypothesis import strategies as st

from vectray.v1 import models_pb2
from vectray_client.sdk.states import model_state
from vectray_client.sdk.tokens import Estimate
from vectray_client.surveying.prospect import ASKED_BYTES, Prospect, prospect_of


@given(seconds=st.floats(0.1, 10_000), before=st.floats(0, 1000))
def test_time_is_that_of_the_model_and_of_what_waits(seconds: float, before: float) -> None:
    """As much text as was asked about takes as long as was answered, after what waits already."""
    model = model_state(models_pb2.Model(name="small", languages=["zh", "en"]))
    prospect = prospect_of(model, Estimate(1, seconds, 5.0), seconds_before=before)
    assert (prospect.model, prospect.languages) == ("small", ("zh", "en"))
    assert abs(prospect.seconds(ASKED_BYTES) - seconds - before) < 1e-6 * (1 + seconds)


def test_where_nobody_knows_nothing_is_told() -> None:
    """Not even what waits before it."""
    assert Prospect(model="small", seconds_before=9.0).seconds(1000) == 0.0
