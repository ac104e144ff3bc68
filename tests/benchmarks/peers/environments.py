"""The peers' programs, each in a virtual environment of its own: they need other releases than Vectray does, and than each other."""

import importlib.metadata
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

QUIET: Mapping[str, str] = {
    "DO_NOT_TRACK": "1",
    "INFINITY_ANONYMOUS_USAGE_STATS": "0",
    "HF_HUB_OFFLINE": "1",
    "TOKENIZERS_PARALLELISM": "false",
}
"""No peer reports home, and none looks for models there."""
# Our own release of torch, by its whole version: the plain one would bring CUDA along.
_TORCH = f"torch=={importlib.metadata.version('torch')}"
_REQUIREMENTS: Mapping[str, Sequence[Sequence[str]]] = {
    "infinity": (
        (_TORCH, "numpy<2"),
        (_TORCH, "numpy<2", "infinity-emb[server,torch]==0.0.78", "onnx"),  # onnx: for the export below
    ),
    "fastembed": (("fastembed==0.9.1", "starlette", "uvicorn"),),
}
_HERE = Path(__file__).parent
_MODEL_FILES = ("config.json", "special_tokens_map.json", "tokenizer.json", "tokenizer_config.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Environments:
    """What was installed."""

    folder: Path

    def program(self, peer: str, name: str) -> str:
        """Return the path of one of a peer's programs."""
        return str(self.folder / peer / "bin" / name)

    @property
    def onnx(self) -> Path:
        """The folder of the exported model."""
        return self.folder / "onnx-model"


def prepare(folder: Path, model: Path) -> Environments:
    """Install what is missing in `folder`, and export `model`, a sentence-transformers folder, to ONNX in float32."""
    made = Environments(folder=folder.absolute())
    for peer, steps in _REQUIREMENTS.items():
        ready = made.folder / peer / "ready"
        if not ready.exists():
            _run([sys.executable, "-m", "venv", "--clear", str(made.folder / peer)])
            for requirements in steps:
                _run([made.program(peer, "python"), "-m", "pip", "install", "--quiet", *requirements])
            ready.touch()
    if not (made.onnx / "model.onnx").exists():
        _export(made, model)
    return made


def _export(made: Environments, model: Path) -> None:
    made.onnx.mkdir(exist_ok=True)
    for name in _MODEL_FILES:
        shutil.copy(model / name, made.onnx)
    # fastembed cuts where the tokenizer's own settings say, sentence-transformers where the model's do.
    settings = json.loads((made.onnx / "tokenizer_config.json").read_text("utf-8"))
    limits = json.loads((model / "sentence_bert_config.json").read_text("utf-8"))
    settings["model_max_length"] = limits["max_seq_length"]
    (made.onnx / "tokenizer_config.json").write_text(json.dumps(settings), "utf-8")
    unfinished = made.onnx / "unfinished.onnx"
    _run([made.program("infinity", "python"), str(_HERE / "export_onnx.py"), str(model), str(unfinished)])
    unfinished.rename(made.onnx / "model.onnx")


def _run(command: Sequence[str]) -> None:
    print("running", Path(command[0]).name, *command[1:], flush=True)
    subprocess.run(command, check=True, env={**os.environ, **QUIET, "PYTHONPATH": ""})
