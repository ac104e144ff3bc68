"""Models that come from elsewhere: fetched from a hub, or run by somebody else. Both are servers of the test on this machine."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import grpc
import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from tests.end_to_end.conftest import User
from tests.vectrayd.models.hub_server import hub_server
from tests.vectrayd.runtime.embeddings_server import KEY, embeddings_server, vector_of

import vectray_client
from vectray.v1 import models_pb2 as pb
from vectray.v1 import models_pb2_grpc
from vectrayd.models.catalogue import read_catalogue
from vectrayd.models.library import Library

pytestmark = [pytest.mark.model, pytest.mark.slow, pytest.mark.timeout(180)]


@pytest.fixture
def program(newcomer: User, monkeypatch: pytest.MonkeyPatch) -> User:
    """A user who has never run anything, and this process as one of their programs."""
    monkeypatch.setenv("VECTRAY_HOME", str(newcomer.home))
    return newcomer


@pytest.fixture
def published(tmp_path: Path) -> dict[str, bytes]:
    """all-MiniLM-L6-v2 as an old repository has it: weights as a pickle, and code that wants to be run."""
    folder = asyncio.run(Library(tmp_path).folder(read_catalogue().resolve("all-MiniLM-L6-v2")))
    names = [
        "modules.json",
        "config.json",
        "tokenizer.json",
        "tokenizer_config.json",
        "sentence_bert_config.json",
    ]
    files = {name: (folder / name).read_bytes() for name in [*names, "1_Pooling/config.json"]}
    torch.save(load_file(folder / "model.safetensors"), tmp_path / "pickle")
    files["pytorch_model.bin"] = (tmp_path / "pickle").read_bytes()
    proof = tmp_path / "proof"
    files["modeling_own.py"] = f"open({str(proof)!r}, 'w')".encode()
    settings = json.loads(files["config.json"]) | {"auto_map": {"AutoModel": "modeling_own.Own"}}
    files["config.json"] = json.dumps(settings).encode()
    return files


@contextmanager
def models(user: User) -> Iterator[models_pb2_grpc.ModelServiceStub]:
    """The daemon's service, without the SDK."""
    with grpc.insecure_channel(f"unix:{user.places.daemon_socket}") as channel:
        yield models_pb2_grpc.ModelServiceStub(channel)


def test_a_pulled_model_gives_the_vectors_of_the_original(
    program: User, published: dict[str, bytes], tmp_path: Path
) -> None:
    """Fetched as a pickle it is loaded as safetensors, and nothing that came with it is run."""
    with hub_server(published, repository="org/old-minilm") as hub:
        program.configure(f'[daemon]\nhub = "{hub.endpoint}"\n')
        with vectray_client.connect() as daemon:
            daemon.state()
            with models(program) as stub:
                steps = list(stub.Pull(pb.ModelServicePullRequest(model="org/old-minilm")))
            assert steps[-1].model.state == pb.MODEL_STATE_AVAILABLE
            assert "making its weights safe to open" in {step.activity for step in steps}
            # Even if the code is there:
            folder = program.places.models / "old-minilm"
            (folder / "modeling_own.py").write_bytes(published["modeling_own.py"])
            ours = daemon.encode(["The tide rises.", "Tomatoes"], model="old-minilm")
            theirs = daemon.encode(["The tide rises.", "Tomatoes"], model="all-MiniLM-L6-v2")
    np.testing.assert_allclose(ours, theirs, atol=1e-3)
    assert not list(folder.glob("*.bin"))
    assert not (tmp_path / "proof").exists()


def test_a_model_that_somebody_else_runs(program: User, tmp_path: Path) -> None:
    """Named, enabled and with a key it is a model like any other; it is said that texts leave, and the key is nowhere to be read."""
    (tmp_path / "key").write_text(KEY, "utf-8")
    with embeddings_server() as server:
        program.configure(
            "[daemon.models.text-embedding-3-small]\nenabled = true\n"
            f'base_url = "{server.base_url}"\nkey_file = "{tmp_path / "key"}"\n'
        )
        with vectray_client.connect() as daemon:
            vectors = daemon.encode(["a", "some words"], model="text-embedding-3-small")
            expected = np.array([vector_of("a", 1536), vector_of("some words", 1536)], np.float32)
            np.testing.assert_allclose(
                vectors, expected / np.linalg.norm(expected, axis=1, keepdims=True), atol=1e-6
            )
            with models(program) as stub:
                model = stub.Get(pb.ModelServiceGetRequest(model="text-embedding-3-small")).model
                off = stub.Get(pb.ModelServiceGetRequest(model="text-embedding-3-large")).model
        assert model.leaves_machine
        assert model.state == pb.MODEL_STATE_READY
        assert "texts leave this machine" in model.state_reason
        assert off.state == pb.MODEL_STATE_ABSENT
    assert KEY not in program.places.daemon_log.read_text("utf-8")
    assert "some words" not in program.places.daemon_log.read_text("utf-8")
