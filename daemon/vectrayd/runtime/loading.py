"""A model folder to an Encoder. Never touches the network and runs no code that came with the model."""

import hashlib
import json
from pathlib import Path

import torch
import transformers
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import Normalize

from vectrayd.domain.errors import ModelUnavailable
from vectrayd.domain.facts import ModelFacts, fingerprint_of
from vectrayd.runtime.encoder import Encoder
from vectrayd.runtime.tokenization import WindowTokenizer

_DEVICE = "cpu"
_PRECISION = torch.float32
_COSMETIC = frozenset({"_name_or_path", "transformers_version", "__version__"})


def load(folder: Path) -> Encoder:
    """Load the sentence-transformers model in `folder`.

    Raises:
        ModelUnavailable: the folder holds no model that can be loaded safely.

    """
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    tokenizer_file = folder / "tokenizer.json"
    if not tokenizer_file.is_file():
        raise ModelUnavailable("The model's folder has no tokenizer.json.")
    try:
        model = SentenceTransformer(
            str(folder),
            device=_DEVICE,
            local_files_only=True,
            trust_remote_code=False,
            model_kwargs={"use_safetensors": True, "dtype": _PRECISION},
        ).eval()
    except (OSError, ValueError, KeyError, RuntimeError, ImportError) as cause:
        raise ModelUnavailable(f"The model's folder cannot be loaded ({type(cause).__name__}).") from cause
    tokenizer = WindowTokenizer(model.tokenizer.backend_tokenizer, max_tokens=model.max_seq_length)
    return Encoder(
        [module for module in model if not isinstance(module, Normalize)],
        tokenizer=tokenizer,
        facts=_facts(model, folder, tokenizer_file),
        default_prompt=model.prompts.get(model.default_prompt_name or "", ""),
    )


def _facts(model: SentenceTransformer, folder: Path, tokenizer_file: Path) -> ModelFacts:
    prompts = {name: prompt for name, prompt in model.prompts.items() if prompt}
    dimensions = model.get_embedding_dimension()
    return ModelFacts(
        fingerprint=fingerprint_of(
            {
                "weights": {file.name: _digest(file) for file in sorted(folder.rglob("*.safetensors"))},
                "tokenizer": _digest(tokenizer_file),
                "architecture": _settings(folder / "config.json"),
                "modules": [
                    [kind, _settings(folder / path / "config.json")] for kind, path in _module_folders(folder)
                ],
                "prompts": prompts,
                "max_tokens": model.max_seq_length,
                "dimensions": dimensions,
                "precision": str(_PRECISION),
            }
        ),
        dimensions=dimensions,
        max_tokens=model.max_seq_length,
        prompts=prompts,
        device=_DEVICE,
        precision=str(_PRECISION).removeprefix("torch."),
        tokenizer_file=str(tokenizer_file),
    )


def _module_folders(folder: Path) -> list[tuple[str, str]]:
    """Type and folder of each sentence-transformers module after the transformer itself."""
    modules = json.loads((folder / "modules.json").read_text("utf-8"))
    return [(module["type"], module["path"]) for module in modules if module["path"]]


def _settings(file: Path) -> dict[str, object]:
    """What a configuration file says, less what only tells where and by which release it was written."""
    settings: dict[str, object] = json.loads(file.read_text("utf-8")) if file.is_file() else {}
    return {key: value for key, value in settings.items() if key not in _COSMETIC}


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
