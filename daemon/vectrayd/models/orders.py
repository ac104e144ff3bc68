"""What a worker is told that is to lend a certain model."""

from collections.abc import Mapping
from pathlib import Path

from vectrayd.domain.errors import ModelUnavailable
from vectrayd.domain.messages import Load, LoadRemote, Order
from vectrayd.domain.pacing import Pacing
from vectrayd.models.catalogue import Catalogue
from vectrayd.models.entry import Entry
from vectrayd.models.library import Library, Standing
from vectrayd.models.settings import ModelSettings

_REMOTE_STREAMS = 4
"""Requests to a provider under way at once: enough to hide its latency, few enough for the smallest of its rate limits."""
_REMOTE_QUANTUM_SECONDS = 3.0
"""A request there and back takes a third of a second however little is in it, and waiting holds up nobody's processor. A guess."""


class Orders:
    """Writes orders, from what the user configured and what is on this disk."""

    def __init__(
        self,
        catalogue: Catalogue,
        library: Library,
        settings: Mapping[str, ModelSettings],
        *,
        streams: int,
        findings: Path,
        spending: Path,
        provider_key: str = "",
        device: str = "",
        exact: bool = False,
    ) -> None:
        self._catalogue = catalogue
        self._library = library
        self._settings = settings
        self._streams = streams
        self._findings = findings
        self._spending = spending
        self._provider_key = provider_key
        self._device = device
        self._exact = exact

    def is_present(self, entry: Entry) -> bool:
        """Whether the model could be lent now without fetching anything."""
        return self.standing(entry).present

    def standing(self, entry: Entry) -> Standing:
        """Tell whether the model could be loaded now, and why not; of a model that somebody else runs, that texts leave."""
        if not entry.leaves_machine:
            return self._library.standing(entry)
        if not self._settings_of(entry).enabled:
            return Standing(present=False, reason=_switched_off(entry))
        return Standing(present=True, reason=f"Run by {entry.provider}: texts leave this machine.")

    def pacing_for(self, model: str) -> Pacing:
        """Return how much of a model's work is under way at once."""
        if self._catalogue.resolve(model).leaves_machine:
            return Pacing(streams=_REMOTE_STREAMS, quantum_seconds=_REMOTE_QUANTUM_SECONDS)
        return Pacing(streams=self._streams)

    async def order_for(self, model: str) -> Order:
        """Return the order to lend a model.

        Raises:
            UnknownModel: there is none of this name.
            ModelUnavailable: it cannot be loaded, or nobody switched it on.

        """
        entry = self._catalogue.resolve(model)
        if entry.leaves_machine:
            return self._remote(entry, self._settings_of(entry))
        return Load(
            folder=str(await self._library.folder(entry)),
            findings=str(self._findings),
            streams=self._streams,
            prompts=entry.prompts,
            device=self._device,
            exact=self._exact,
        )

    def _remote(self, entry: Entry, settings: ModelSettings) -> LoadRemote:
        if not settings.enabled:
            raise ModelUnavailable(_switched_off(entry))
        return LoadRemote(
            model=entry.name,
            provider=entry.provider,
            base_url=settings.base_url,
            key=self._key(entry, settings),
            dimensions=entry.dimensions,
            max_tokens=entry.max_tokens,
            tokens_per_day=settings.tokens_per_day,
            spending=str(self._spending / f"{entry.name}.json"),
            streams=_REMOTE_STREAMS,
        )

    def _key(self, entry: Entry, settings: ModelSettings) -> str:
        if settings.key_file is None:
            key = self._provider_key
        else:
            try:
                key = settings.key_file.read_text("utf-8").strip()
            except (OSError, UnicodeDecodeError) as cause:
                raise ModelUnavailable(f"The file with the key for {entry.name} cannot be read.") from cause
        if not key:
            raise ModelUnavailable(
                f"{entry.name} needs a key: name a key_file under [daemon.models.{entry.name}], or set OPENAI_API_KEY."
            )
        return key

    def _settings_of(self, entry: Entry) -> ModelSettings:
        return next((own for name, own in self._settings.items() if entry.is_called(name)), ModelSettings())


def _switched_off(entry: Entry) -> str:
    return (
        f"{entry.name} is run by {entry.provider}, so texts would leave this machine: it is off until config.toml says"
        f" enabled = true under [daemon.models.{entry.name}]."
    )
