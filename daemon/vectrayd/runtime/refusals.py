"""What a provider's refusals and silences mean. In words of our own: its messages may quote the key, or a text."""

import openai

from vectrayd.domain.errors import ModelFailed, ModelUnavailable, Overloaded, TextTooLong, VectrayError

_MAY_PASS = frozenset({408, 409, 429})
_TOO_LONG = frozenset({400, 413})
_MEANINGS: dict[int, tuple[type[VectrayError], str]] = {
    401: (ModelUnavailable, "{provider} does not accept the key for {model}."),
    403: (ModelUnavailable, "{provider} does not accept the key for {model}."),
    404: (ModelUnavailable, "{provider} does not know {model}."),
    429: (Overloaded, "{provider} takes no more requests for {model} at the moment."),
}


def may_pass(error: Exception) -> bool:
    """Whether the same request may well succeed later."""
    if isinstance(error, openai.APIStatusError):
        passing = error.status_code in _MAY_PASS or error.status_code >= 500  # noqa: PLR2004 - HTTP's server errors
        return passing and not _is_out_of_credit(error)
    return isinstance(error, openai.APIConnectionError)


def asked_wait(error: Exception) -> float:
    """Seconds that the provider wants to be left alone: Retry-After where it is a number (RFC 9110, 10.2.3), else 0."""
    if not isinstance(error, openai.APIStatusError):
        return 0.0
    try:
        return max(0.0, float(error.response.headers.get("retry-after", "0")))
    except ValueError:
        return 0.0


def meaning(error: Exception, *, provider: str, model: str, too_long: bool) -> VectrayError:
    """Return what is told of a request that failed for good. `too_long`: it was a text that may have more tokens than the model takes."""
    if isinstance(error, openai.APIConnectionError):
        return ModelUnavailable(f"{provider} cannot be reached.")
    if not isinstance(error, openai.APIStatusError):
        return ModelFailed(f"{provider} gave an answer that is not understood ({type(error).__name__}).")
    if too_long and error.status_code in _TOO_LONG:
        return TextTooLong(
            f"The text is longer than {model} takes, and it cannot be cut where only {provider} counts tokens."
        )
    if _is_out_of_credit(error):
        return ModelUnavailable(f"The account at {provider} has no credit left.")
    kind, sentence = _MEANINGS.get(
        error.status_code,
        (ModelFailed, f"{{provider}} refused a request for {{model}} (HTTP {error.status_code})."),
    )
    return kind(sentence.format(provider=provider, model=model))


def _is_out_of_credit(error: openai.APIStatusError) -> bool:
    return error.code == "insufficient_quota"
