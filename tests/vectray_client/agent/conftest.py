import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.vectray_client.agent.small_pipeline import SmallPipeline
from tests.vectray_client.store.documents import MODEL, index_path, vector_of

from vectray.places import Places, make_private
from vectray.v1 import models_pb2
from vectray_client.agent.server import serve
from vectray_client.freshness import Scope
from vectray_client.sdk import states
from vectray_client.sdk.agent import Agent
from vectray_client.sdk.errors import DaemonUnavailable, RequestRefused
from vectray_client.sdk.states import ModelState
from vectray_client.sdk.tokens import Estimate
from vectray_client.watch.rules import Rules


class Asker:
    """Makes a question's vector, or cannot."""

    def __init__(self) -> None:
        self.is_away = False
        self.refusal: RequestRefused | None = None
        self.loads = False
        """Whether it answers only once it is told that the model is there."""
        self.is_loaded = threading.Event()
        self.asked: list[str] = []
        self.embedded: list[str] = []
        """Sentences."""
        self.ranked: list[str] = []

    def query(self, text: str, *, model: str, fingerprint: str) -> NDArray[np.float32]:
        """The vector of a passage with the same words, so that a test knows what is near."""
        assert (model, fingerprint) == (MODEL.name, MODEL.fingerprint)
        self.asked.append(text)
        self._be_there()
        if self.loads:
            self.is_loaded.wait(20)
        return vector_of(f"Top\n{text}")

    def sentences(
        self, texts: Sequence[str], *, model: str, fingerprint: str, timeout_seconds: float
    ) -> list[NDArray[np.float32]]:
        """A sentence is near to a question with the same words."""
        assert (model, fingerprint, timeout_seconds > 0) == (MODEL.name, MODEL.fingerprint, True)
        self._be_there()
        self.embedded += texts
        return [vector_of(f"Top\n{text}") for text in texts]

    def rerank(self, query: str, texts: Sequence[str], *, timeout_seconds: float) -> list[float | None]:
        """Likes long texts."""
        assert query
        assert timeout_seconds > 0
        self._be_there()
        self.ranked += texts
        return [len(text) / 1000 for text in texts]

    def foresee(self, model: str, *, texts: int, size_bytes: int) -> tuple[ModelState, Estimate]:
        """Knows English alone, and takes a millisecond for a byte."""
        assert texts
        self._be_there()
        if self.loads:
            self.is_loaded.wait(20)
        model_state = states.model_state(models_pb2.Model(name=model, languages=["en"]))
        return model_state, Estimate(size_bytes // 4, size_bytes / 1000, 0.0)

    def is_loading(self, model: str) -> bool:
        """Until it is told that the model is there."""
        assert model == MODEL.name
        self._be_there()
        return self.loads

    def _be_there(self) -> None:
        if self.is_away:
            raise DaemonUnavailable("The daemon is away.")
        if self.refusal:
            raise self.refusal


@dataclass(frozen=True)
class Served:
    """An index that is served on a real socket, over a pipeline without stages."""

    places: Places
    folder: Path
    pipeline: SmallPipeline
    asker: Asker
    complaints: list[Exception]
    hurries: list[str]
    """One for each time that somebody wanted full speed."""

    def agent(self) -> Agent:
        """A program's connection to it."""
        return Agent(self.places)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """An empty index with a model and one folder."""
    places = Places(config=tmp_path / "config", data=tmp_path / "data", runtime=tmp_path / "run")
    make_private(places.runtime)
    folder = tmp_path / "文档 d"
    folder.mkdir()
    pipeline, asker, complaints = SmallPipeline(index_path(tmp_path)), Asker(), list[Exception]()
    hurries: list[str] = []
    try:
        pipeline.call(lambda store: store.set_model(MODEL)).result()
        pipeline.call(lambda store: store.add_folder(str(folder))).result()
        pipeline.asked.clear()
        with serve(
            pipeline,
            asker,
            socket=places.agent_socket,
            index_file=index_path(tmp_path),
            scope=Scope(rules=Rules(), own=frozenset([str(tmp_path / "data")])),
            complain=complaints.append,
            hurry=lambda: hurries.append("once"),
        ):
            yield Served(places, folder, pipeline, asker, complaints, hurries)
    finally:
        pipeline.close()
    assert complaints == []
