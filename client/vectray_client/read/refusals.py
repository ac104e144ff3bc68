"""Refusals, and the reasons that more than one part of reading gives: sentences without the path, for people."""

from vectray_client.domain import Refusal, Verdict


def skipped(reason: str) -> Refusal:
    """On purpose: there is nothing in the file for a search by meaning."""
    return Refusal(verdict=Verdict.SKIPPED, reason=reason)


def failed(reason: str) -> Refusal:
    """The file should have been readable and was not."""
    return Refusal(verdict=Verdict.FAILED, reason=reason)


def poison(reason: str) -> Refusal:
    """Reading it ended its reader, twice."""
    return Refusal(verdict=Verdict.FAILED, reason=reason, is_poison=True)


def unsteady(reason: str) -> Refusal:
    """It may be readable in a moment."""
    return Refusal(verdict=Verdict.FAILED, reason=reason, is_transient=True)


BINARY = skipped("it is a binary file")
UNKNOWN_TYPE = skipped("files of its type are not read yet")
NO_TEXT = skipped("there is no text in it")
DAMAGED = failed("it is damaged, or made in a way that is not understood")
CHANGED = unsteady("it changed while it was read")
VANISHED = unsteady("it vanished before it was read")
