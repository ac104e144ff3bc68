import pytest
from tests.fakes import FACTS

from vectray.v1 import embedding_pb2 as pb
from vectrayd.domain.options import DOCUMENT, EncodeOptions, Prompt
from vectrayd.transport.desk import Desk
from vectrayd.transport.operand import terms_for


@pytest.mark.parametrize(
    ("asked", "prompt"),
    [({}, DOCUMENT), ({"prompt_name": "query"}, Prompt(name="query", required=True))],
    ids=["role", "named"],
)
async def test_a_comparison_is_of_dense_vectors(desk: Desk, asked: dict[str, str], prompt: Prompt) -> None:
    """Whatever outputs and numbers are asked for; each side has the prompt of its role unless one is named."""
    options = pb.EncodeOptions(
        outputs=[pb.OUTPUT_KIND_SPARSE], element_type=pb.ELEMENT_TYPE_INT8, dimensions=2, **asked
    )
    terms = await terms_for(desk, pb.SimilarityRequest(options=options), DOCUMENT)
    assert terms.wish.options == EncodeOptions(prompt=prompt, dimensions=2, fingerprint=FACTS.fingerprint)
