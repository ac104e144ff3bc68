"""What the daemon tells of itself and its models. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from vectray.v1 import embedding_pb2 as pb
from vectray.v1 import models_pb2
from vectray_client.sdk.errors import RequestRefused


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelState:
    """One model, as the daemon tells of it."""

    name: str
    state: str
    """absent, available, loading, ready, degraded or failed."""
    reason: str
    """Why, for states that need one."""
    fingerprint: str
    """Empty until the model was loaded once."""
    dimensions: int
    max_tokens: int
    """Tokens per text, or per query and text together, special tokens included."""
    prompts: Mapping[str, str]
    rss_bytes: int
    """Resident memory of its worker process, 0 where it is not loaded."""
    is_default: bool
    kind: str
    """What it is for: "embedding" turns texts into vectors, "reranker" scores them against a query."""
    leaves_machine: bool
    """Whether somebody else runs it: texts leave this machine."""
    languages: Sequence[str]
    """BCP 47 tags; "mul" for many."""
    licence: str
    """SPDX identifier."""
    source: str
    facts_source: str
    """The address of its model card."""
    pooling: str
    outputs: Sequence[str]
    """Of dense, sparse and multi-vector; none of a reranker."""
    download_bytes: int
    """To fetch when it is pulled, about; 0 where nobody knows."""
    memory_bytes: Mapping[str, int]
    """That its weights take, by precision."""
    device: str
    """Empty where it is not loaded, like the next two."""
    precision: str
    activity: str
    """What it does now, in a few words."""
    tokens_per_second: float
    """Over the last minute."""
    unloads_in_seconds: float
    """If nobody uses it; 0 where it is not loaded, or is busy, or stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneLoad:
    """What waits in one lane."""

    lane: str
    items: int
    seconds: float
    """Of work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DaemonState:
    """The running daemon and its models."""

    version: str
    contract_revision: int
    pid: int
    rss_bytes: int
    """Resident memory of the daemon and all its workers."""
    uptime_seconds: float
    models: Sequence[ModelState]
    """The default first, then by name."""
    lanes: Sequence[LaneLoad]
    """Those that are not empty. Only `watch` tells them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the loading or pulling of a model is."""

    model: ModelState
    activity: str
    """What is being done, in a few words."""
    bytes_done: int = 0
    bytes_total: int = 0
    """0 while unknown, and for loading."""


Report = Callable[[Progress], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokenizer:
    """A model's tokenizer, for counting tokens where the texts are."""

    model: ModelState
    json: bytes | None
    """In the format of the `tokenizers` library; None if the caller said that it has this one."""


def model_state(model: models_pb2.Model) -> ModelState:
    """Read what the daemon tells of a model."""
    return ModelState(
        name=model.name,
        state=_word(models_pb2.ModelState.Name(model.state), "MODEL_STATE_"),
        reason=model.state_reason,
        fingerprint=model.fingerprint,
        dimensions=model.dimensions,
        max_tokens=model.max_tokens,
        prompts=dict(model.prompts),
        rss_bytes=model.rss_bytes,
        is_default=model.is_default,
        kind=_word(models_pb2.ModelKind.Name(model.kind or models_pb2.MODEL_KIND_EMBEDDING), "MODEL_KIND_"),
        leaves_machine=model.leaves_machine,
        languages=list(model.languages),
        licence=model.licence,
        source=model.source,
        facts_source=model.facts_source,
        pooling=model.pooling,
        outputs=[_word(pb.OutputKind.Name(kind), "OUTPUT_KIND_") for kind in model.outputs],
        download_bytes=model.download_bytes,
        memory_bytes=dict(model.memory_bytes),
        device=model.device,
        precision=model.precision,
        activity=model.activity,
        tokens_per_second=model.tokens_per_second,
        unloads_in_seconds=model.unloads_in_seconds,
    )


def check_embeds(model: ModelState) -> None:
    """Refuse a model that gives no vectors to index with, by RequestRefused."""
    if model.kind != "embedding":
        raise RequestRefused(f"{model.name} is a {model.kind} and gives no vectors.", reason="INVALID_OPTION")


def daemon_state(
    response: models_pb2.ModelServiceListResponse | models_pb2.ModelServiceWatchResponse,
) -> DaemonState:
    """Read what the daemon tells of itself."""
    lanes = response.lanes if isinstance(response, models_pb2.ModelServiceWatchResponse) else ()
    return DaemonState(
        version=response.daemon.version,
        contract_revision=response.daemon.contract_revision,
        pid=response.daemon.pid,
        rss_bytes=response.daemon.rss_bytes,
        uptime_seconds=response.daemon.uptime_seconds,
        models=[model_state(model) for model in response.models],
        lanes=[LaneLoad(lane=load.lane, items=load.items, seconds=load.seconds) for load in lanes],
    )


def progress(
    response: models_pb2.ModelServiceLoadResponse | models_pb2.ModelServicePullResponse,
) -> Progress:
    """Read how far the loading or pulling of a model is."""
    model = model_state(response.model)
    if isinstance(response, models_pb2.ModelServiceLoadResponse):
        return Progress(model=model, activity=response.activity)
    return Progress(
        model=model,
        activity=response.activity,
        bytes_done=response.bytes_done,
        bytes_total=response.bytes_total,
    )


def model_of(last: Progress | None) -> ModelState:
    """Return the model of the last report on it."""
    if last is None:
        raise RequestRefused("The daemon did not say what became of the model.", reason="INTERNAL")
    return last.model


def tokenizer(responses: Sequence[models_pb2.GetTokenizerResponse]) -> Tokenizer:
    """Join the pieces of a tokenizer."""
    if not responses:
        raise RequestRefused("The daemon sent no tokenizer.", reason="INTERNAL")
    data = b"".join(response.json_piece for response in responses)
    return Tokenizer(model=model_state(responses[0].model), json=data or None)


def _word(name: str, prefix: str) -> str:
    return name.removeprefix(prefix).lower().replace("_", "-")
