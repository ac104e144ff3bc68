"""Any encoder of transformers, run on rows.

transformers lets a program register its own attention function; so no model has to be written for this. Whatever takes its attention
from that registry, and its positions from an argument, can run packed. Whether one does is found out by comparing
(`vectrayd.runtime.verification`).
"""

import threading

import torch
from torch import Tensor, nn
from transformers import AttentionInterface, AutoModel, PreTrainedModel
from transformers.utils import logging

from vectrayd.runtime.attention import Sight, attend, attention_type
from vectrayd.runtime.bert import first_position
from vectrayd.runtime.layout import Layout, NotPackable
from vectrayd.runtime.prepacked import is_available, prepack
from vectrayd.runtime.row import Row

ATTENTION = "vectray_packed"
"""Registered without a function that makes masks, so that none are made."""


class _ThreadRow(threading.local):
    """The row that each thread has in the model; models have no argument that reaches attention in all of them."""

    row: Row | None = None


_current = _ThreadRow()


class Registered:
    """A model of transformers. May be called by several threads."""

    def __init__(self, model: PreTrainedModel, *, first_position: int) -> None:
        model.set_attn_implementation(ATTENTION)
        self._model = model
        self._first_position = first_position

    def __call__(self, row: Row) -> Tensor:
        """Return the last hidden states, (tokens, hidden)."""
        _current.row = row
        try:
            output = self._model(
                input_ids=row.ids[None],
                position_ids=(row.places + self._first_position)[None],
                attention_mask=None,
                **({} if row.sides is None else {"token_type_ids": row.sides[None]}),
            )
        finally:
            _current.row = None
        states: Tensor = output[0][0]
        return states


def be_quiet() -> None:
    """Stop transformers from drawing progress bars and reporting on weights that nobody needs: a worker's standard error is the daemon's."""
    logging.set_verbosity_error()
    logging.disable_progress_bar()


def load_registered(layout: Layout, dtype: torch.dtype, device: torch.device) -> Registered:
    """Load the model of `layout` to compute in `dtype` on `device`.

    Raises:
        NotPackable: transformers has it, but not for an attention function of ours.

    """
    be_quiet()
    model = AutoModel.from_pretrained(
        layout.transformer,
        dtype=dtype,
        local_files_only=True,
        trust_remote_code=False,
        use_safetensors=True,
    ).eval()
    model.config.use_cache = False
    if not getattr(model, "_supports_attention_backend", False):
        raise NotPackable(f"transformers' {layout.model_type} takes no other attention")
    if device.type == "cpu" and is_available(dtype):
        prepack(model)
    return Registered(model.to(device), first_position=first_position(model.config.to_dict()))


def _attend(  # noqa: PLR0917 - transformers' signature
    module: nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    scaling: float | None = None,
    is_causal: bool | None = None,  # noqa: FBT001 - as above
    sliding_window: int | None = None,
    **_: object,
) -> tuple[Tensor, None]:
    """Attend within each text: query (1, heads, tokens, size) to (1, tokens, heads, size)."""
    del attention_mask  # none is made for this implementation
    causal = bool(getattr(module, "is_causal", False)) if is_causal is None else is_causal
    sight = Sight(scale=scaling, causal=causal, window=sliding_window)
    row = _current.row
    if row is None:
        raise RuntimeError("attention outside of a row")
    dtype = attention_type(query.dtype, query.device)
    asked, seen, told = (states[0].transpose(0, 1).to(dtype) for states in (query, key, value))
    return attend(asked, seen, told, row, sight)[None].to(query.dtype), None


AttentionInterface.register(ATTENTION, _attend)
