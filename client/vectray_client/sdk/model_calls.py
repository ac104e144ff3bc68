"""What programs ask about models, and tell the daemon to do with them."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from vectray.v1 import models_pb2
from vectray_client.sdk import states
from vectray_client.sdk.channel import Patience, Timer
from vectray_client.sdk.connected import Connected
from vectray_client.sdk.errors import DaemonUnavailable, LostConnection, translating
from vectray_client.sdk.states import DaemonState, ModelState, Progress, Report, Tokenizer

Call = Any
"""gRPC's call of a method that answers with a stream."""


class ModelCalls(Connected):
    """Calls about models. `timeout_seconds` bounds a call; what is late is DaemonUnavailable."""

    def state(self, *, timeout_seconds: float | None = None) -> DaemonState:
        """Return what the daemon tells of itself and its models.

        Raises:
            DaemonUnavailable: it does not, within the time.

        """
        return self._connection.state(timeout_seconds or self._deadlines.answer_seconds)

    def models(self, *, timeout_seconds: float | None = None) -> Sequence[ModelState]:
        """Return all models, loaded or not, the default first. Raises as `state` does."""
        return self.state(timeout_seconds=timeout_seconds).models

    def model(self, model: str | None = None, *, timeout_seconds: float | None = None) -> ModelState:
        """Return what the daemon tells of one model.

        Raises:
            RequestRefused: there is no such model.

        """
        request = models_pb2.ModelServiceGetRequest(model=model or "")
        timer = Timer(timeout_seconds or self._deadlines.answer_seconds)
        models = self._connection.models
        response = self._connection.call(lambda: models.Get(request, timeout=timer.left()))
        return states.model_state(response.model)

    def load(
        self,
        model: str | None = None,
        *,
        progress: Report | None = None,
        timeout_seconds: float | None = None,
    ) -> ModelState:
        """Load a model, and return its state then. `progress` is told how far it is, now and then.

        Raises:
            RequestRefused: it cannot be loaded.
            DaemonUnavailable: the daemon was lost and could not be brought back, or does not answer.

        """
        request = models_pb2.ModelServiceLoadRequest(model=model or "")
        timer = Timer(timeout_seconds or self._deadlines.loading_seconds)
        return self._follow(lambda: self._connection.models.Load(request, timeout=timer.left()), progress)

    def unload(self, model: str | None = None, *, timeout_seconds: float | None = None) -> ModelState:
        """End a model's worker, which gives all its memory back; what it works on is finished first.

        Raises:
            RequestRefused: there is no such model.

        """
        request = models_pb2.ModelServiceUnloadRequest(model=model or "")
        timer = Timer(timeout_seconds or self._deadlines.loading_seconds)
        models = self._connection.models
        response = self._connection.call(lambda: models.Unload(request, timeout=timer.left()))
        return states.model_state(response.model)

    def pull(
        self, model: str, *, progress: Report | None = None, timeout_seconds: float | None = None
    ) -> ModelState:
        """Fetch a model from its public source, and return its state then. It may take hours; nothing else uses the network.

        Raises:
            RequestRefused: it cannot be fetched.
            DaemonUnavailable: the daemon was lost and could not be brought back.

        """
        request = models_pb2.ModelServicePullRequest(model=model)
        timer = Timer(timeout_seconds)
        return self._follow(lambda: self._connection.models.Pull(request, timeout=timer.left()), progress)

    def watch(self, *, timeout_seconds: float | None = None) -> Iterator[DaemonState]:
        """Yield the daemon's whole state now, and again whenever it changes, lanes included.

        Raises:
            DaemonUnavailable: the daemon has ended. Who only watches does not start it again.

        """
        timer = Timer(timeout_seconds)
        self.state()  # finds the daemon that runs now
        call = self._connection.models.Watch(models_pb2.ModelServiceWatchRequest(), timeout=timer.left())
        try:
            with translating():
                for response in call:
                    yield states.daemon_state(response)
        except LostConnection:
            raise DaemonUnavailable("vectrayd has ended.") from None
        finally:
            call.cancel()

    def tokenizer(self, model: str | None = None, *, known_fingerprint: str = "") -> Tokenizer:
        """Return a model's tokenizer, without its data if `known_fingerprint` is the model's.

        Raises:
            RequestRefused: the model cannot be loaded.

        """
        request = models_pb2.GetTokenizerRequest(model=model or "", known_fingerprint=known_fingerprint)
        timeout = self._deadlines.loading_seconds
        responses = self._connection.call(
            lambda: list(self._connection.models.GetTokenizer(request, timeout=timeout))
        )
        return states.tokenizer(responses)

    def _follow(self, begin: Callable[[], Call], report: Report | None) -> ModelState:
        """Report on a call until it ends; it is begun again if the daemon is lost."""
        last: Progress | None = None
        for last in self._connection.persist(lambda: _steps(begin()), Patience()):
            if report:
                report(last)
        return states.model_of(last)


def _steps(call: Call) -> Iterator[Progress]:
    try:
        with translating():
            for response in call:
                yield states.progress(response)
    finally:
        call.cancel()
