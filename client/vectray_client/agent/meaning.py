"""The vectors that a question needs: its own, and those of sentences that may answer it. Nobody waits longer than was said."""

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from dataclasses import dataclass

from vectray_client.agent.lately import Lately
from vectray_client.embed.embedder import Embedder, Vector
from vectray_client.sdk.errors import RequestRefused, TextRefused, VectrayClientError
from vectray_client.store.records import Model

_THREADS = 4
"""Questions on their way to the daemon; each takes milliseconds once the model is loaded."""
_MOST_QUESTIONS = 512
_MOST_SENTENCES = 8192
"""Of vectors in memory: a megabyte, and some ten, for a model of 384 dimensions."""
_CALL_SENTENCES = 24
"""Of some five passages. One call for all of them would be answered with nothing where there is no time for the last."""
MOST_CHARACTERS = 10_000
"""Of a question, for the model: more than its window holds."""
_CHANGED = ("FINGERPRINT_MISMATCH", "UNKNOWN_MODEL")
"""The daemon's words for a model that is another by now, or is not there any more."""

NO_MODEL = "Nothing is indexed yet."
NO_WORDS = "The question has no words to look for by meaning."
NOT_ASKED = "Only words were asked for."


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """A question's vector, or why there is none."""

    vector: Vector | None = None
    """Of unit length, float32 (dimensions,)."""
    model: Model | None = None
    """Whose vector it is."""
    missing_reason: str = ""
    """One sentence; empty where there is a vector."""


class Meaning:
    """Asks the daemon, from any thread, and remembers."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="query")
        self._questions: Lately[tuple[str, str], Vector] = Lately(_MOST_QUESTIONS)
        self._sentences: Lately[tuple[str, str], Vector] = Lately(_MOST_SENTENCES)

    def close(self) -> None:
        """Drop questions on their way."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def ask(self, words: str, model: Model | None) -> Callable[[float], Meant]:
        """Begin to make a question's vector; return what waits for it, up to a time of the steady clock."""
        if model is None:
            return lambda _: Meant(missing_reason=NO_MODEL)
        if not words:
            return lambda _: Meant(missing_reason=NO_WORDS)
        words = words[:MOST_CHARACTERS]
        vector = self._questions.get((model.fingerprint, words))
        if vector is not None:
            return lambda _: Meant(vector=vector, model=model)
        asked = self._threads.submit(
            self._embedder.query, words, model=model.name, fingerprint=model.fingerprint
        )
        return lambda until: self._take(words, model, asked, until)

    def sentences(self, texts: Sequence[str], model: Model, *, wait_seconds: float) -> Mapping[str, Vector]:
        """Return the vectors of sentences, by their text: all that can be had in time."""
        keys = {(model.fingerprint, text): text for text in texts}
        known = self._sentences.among(keys)
        missing = [text for key, text in keys.items() if key not in known]
        if missing and wait_seconds > 0:
            made = self._made(missing, model, wait_seconds)
            self._sentences.keep(made)
            known |= made
        return {text: vector for (_, text), vector in known.items()}

    def _take(self, words: str, model: Model, asked: "Future[Vector]", until: float) -> Meant:
        try:
            vector = asked.result(max(0.0, until - time.monotonic()))
        except TimeoutError:
            asked.cancel()
            return Meant(missing_reason=self._why_late(model))
        except CancelledError:
            return Meant(missing_reason="The agent is about to end.")
        except VectrayClientError as error:
            return Meant(missing_reason=_why_refused(error, model))
        self._questions.keep({(model.fingerprint, words): vector})
        return Meant(vector=vector, model=model)

    def _why_late(self, model: Model) -> str:
        try:
            if self._embedder.is_loading(model.name):
                return f"The model {model.name} is being loaded."
        except VectrayClientError as error:
            return str(error)
        return f"The model {model.name} did not answer in time."

    def _made(self, texts: Sequence[str], model: Model, wait_seconds: float) -> dict[tuple[str, str], Vector]:
        """The vectors that come in time, a few sentences at a call: those of the first passages, and where there is time of all."""
        until = time.monotonic() + wait_seconds
        made: dict[tuple[str, str], Vector] = {}
        for start in range(0, len(texts), _CALL_SENTENCES):
            part = texts[start : start + _CALL_SENTENCES]
            if (left := until - time.monotonic()) <= 0:
                break
            try:
                answers = self._embedder.sentences(
                    part, model=model.name, fingerprint=model.fingerprint, timeout_seconds=left
                )
            except VectrayClientError:  # an excerpt by words is as good an answer
                break
            made |= {
                (model.fingerprint, text): answer
                for text, answer in zip(part, answers, strict=True)
                if not isinstance(answer, TextRefused)
            }
        return made


def _why_refused(error: VectrayClientError, model: Model) -> str:
    if isinstance(error, RequestRefused) and error.reason in _CHANGED:
        return f"The daemon's model {model.name} is another by now, whose vectors are not made yet."
    return str(error)
