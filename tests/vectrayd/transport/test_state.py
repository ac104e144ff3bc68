import json
from dataclasses import replace
from pathlib import Path

import grpc.aio
import pytest
from tests.fakes import FACTS, HashingFleet
from tests.vectrayd.models.test_catalogue import write_model
from tests.vectrayd.transport.conftest import served

from vectray.v1 import embedding_pb2, models_pb2_grpc
from vectray.v1 import models_pb2 as pb
from vectrayd.domain.options import OutputKind
from vectrayd.models.catalogue import read_catalogue
from vectrayd.models.model_folder import describe
from vectrayd.transport.state import described
from vectrayd.workers.report import Report

ODD = (None, -1, 0, 1e30, 10**30, float("inf"), float("nan"), "x", True, [], {}, {"": 3}, [-1], [{}])


class Loaded(HashingFleet):
    """Has loaded a model of all outputs."""

    def report(self, model: str) -> Report:
        """Tell so."""
        del model
        return Report(facts=replace(FACTS, outputs=frozenset(OutputKind)))


@pytest.mark.parametrize(
    ("file", "key"),
    [
        ("config.json", "max_position_embeddings"),
        ("tokenizer_config.json", "model_max_length"),
        ("sentence_bert_config.json", "max_seq_length"),
        ("sentence_bert_config.json", "tokenizer_args"),
        ("config_sentence_transformers.json", "prompts"),
        ("config_sentence_transformers.json", "default_prompt_name"),
        ("1_Pooling/config.json", "pooling_mode"),
        ("1_Pooling/config.json", "embedding_dimension"),
        ("1_Pooling/config.json", "out_features"),
    ],
)
def test_no_folder_keeps_models_from_being_listed(tmp_path: Path, file: str, key: str) -> None:
    """Whatever a folder's settings say, its model is told of; a number that no field holds is not."""
    folder = write_model(tmp_path / "own")
    for content in (*ODD, *({key: value} for value in ODD)):
        (folder / file).write_text(json.dumps(content), "utf-8")
        assert described(describe("own", folder)).name == "own"


async def test_a_loaded_model_tells_its_own_outputs(socket: Path) -> None:
    """What its worker found in the folder counts, whatever the catalogue knows."""
    async with served(Loaded(), socket) as channel:
        stub = models_pb2_grpc.ModelServiceStub(channel)
        model = (await stub.Get(pb.ModelServiceGetRequest())).model
    assert list(model.outputs) == [1, 2, 3]


def test_facts_reach_the_contract() -> None:
    """Whoever lists models sees what a person chooses by."""
    model = described(read_catalogue().resolve("bge-m3"))
    assert (model.dimensions, model.max_tokens, model.pooling) == (1024, 8192, "cls")
    assert list(model.outputs) == [1, 2, 3]
    assert model.memory_bytes["float32"] == model.download_bytes == 567_754_752 * 4
    assert model.facts_source == "https://huggingface.co/BAAI/bge-m3"
    assert set(model.good_for) == {"en", "zh"}
    assert not model.leaves_machine
    assert dict(described(read_catalogue().resolve("")).prompts) == {
        "query": "query: ",
        "document": "passage: ",
    }
    assert described(read_catalogue().resolve("text-embedding-3-large")).leaves_machine


async def test_a_model_that_is_off_says_why(channel: grpc.aio.Channel) -> None:
    """Its state tells that texts would leave this machine."""
    stub = models_pb2_grpc.ModelServiceStub(channel)
    model = (await stub.Get(pb.ModelServiceGetRequest(model="text-embedding-3-small"))).model
    assert model.state == pb.MODEL_STATE_ABSENT
    assert "texts would leave this machine" in model.state_reason
    assert list(model.outputs) == [embedding_pb2.OUTPUT_KIND_DENSE]
