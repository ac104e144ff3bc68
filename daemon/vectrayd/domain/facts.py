"""What is known of a loaded model, and the fingerprint that names its vector space."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from vectrayd.domain.errors import FingerprintMismatch, InvalidOption
from vectrayd.domain.kinds import ModelKind, check_kind
from vectrayd.domain.options import DENSE_ONLY, EncodeOptions, OutputKind


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFacts:
    """A loaded model as its worker reports it."""

    fingerprint: str
    """Of its vectors at full dimensions, or of its scores."""
    dimensions: int
    """0 of a reranker."""
    max_tokens: int
    """Tokens per text, or per query and text together, special tokens included."""
    prompts: Mapping[str, str]
    device: str
    precision: str
    fallback_reason: str
    """Why it runs slower than this machine allows, in one sentence; empty if it does not."""
    tokenizer_file: str
    """Path of its `tokenizer.json`; empty for a model that somebody else runs."""
    outputs: frozenset[OutputKind] = DENSE_ONLY
    """Of an embedding model."""
    kind: ModelKind = ModelKind.EMBEDDING

    def check(self, options: EncodeOptions) -> None:
        """Check that the model can do what `options` ask for.

        Raises:
            InvalidOption: it cannot.
            FingerprintMismatch: it is not the model any more that they were written for.

        """
        if options.fingerprint not in ("", self.fingerprint):
            raise FingerprintMismatch("The model came back as another one, whose vectors cannot be compared.")
        check_kind("The model", self.kind, wanted=options.kind)
        if self.kind is ModelKind.RERANKER:
            return
        self.dimensions_for(options)
        self.prompt_for(options)
        if missing := options.outputs - self.outputs:
            raise InvalidOption(
                f"The model has no {' and no '.join(sorted(missing))} output; it has: {', '.join(sorted(self.outputs))}."
            )

    def with_prompts(self, prompts: Mapping[str, str]) -> "ModelFacts":
        """Return the facts of the model used with `prompts`, where its own files know of none."""
        if self.prompts or not prompts:
            return self
        fingerprint = fingerprint_of({"full": self.fingerprint, "prompts": dict(prompts)})
        return replace(self, prompts=prompts, fingerprint=fingerprint)

    def dimensions_for(self, options: EncodeOptions) -> int:
        """Return the numbers per vector under `options`.

        Raises:
            InvalidOption: more dimensions are asked for than the model has.

        """
        if options.dimensions > self.dimensions:
            raise InvalidOption(
                f"The model has {self.dimensions} dimensions, {options.dimensions} were asked for."
            )
        return options.dimensions or self.dimensions

    def prompt_for(self, options: EncodeOptions) -> str | None:
        """Return the prompt that goes before texts under `options`; None for the model's own default.

        Raises:
            InvalidOption: a prompt is asked for by name that the model does not have.

        """
        prompt = options.prompt
        if prompt is None:
            return None
        if prompt.required and prompt.name not in self.prompts:
            known = ", ".join(sorted(self.prompts)) or "none"
            raise InvalidOption(f"The model has no prompt named {prompt.name[:100]!r}; it has: {known}.")
        return self.prompts.get(prompt.name, "")

    def fingerprint_for(self, options: EncodeOptions) -> str:
        """Return the fingerprint of vectors under `options`: fewer dimensions are another vector space."""
        dimensions = self.dimensions_for(options)
        if dimensions == self.dimensions:
            return self.fingerprint
        return fingerprint_of({"full": self.fingerprint, "dimensions": dimensions})


def fingerprint_of(parts: Mapping[str, object]) -> str:
    """Return the hexadecimal SHA-256 of `parts` in canonical JSON (sorted keys, no spaces)."""
    canonical = json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
