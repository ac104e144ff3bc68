"""Refusals, and the reasons that more than one part of reading gives: sentences without the path, for people."""

from vectray_client.domain import Refusal, Verdict
from vectray_client.read.options import MEGABYTE


def skipped(reason: str) -> Refusal:
    """On purpose: there is nothing in the file for a search by meaning."""
    return Refusal(verdict=Verdict.SKIPPED, reason=reason)


def failed(reason: str) -> Refusal:
    """The file should have been readable and was not."""
    return Refusal(verdict=Verdict.FAILED, reason=reason)


def out_of_memory(memory_bytes: int) -> Refusal:
    """A reader came to its bound."""
    return failed(f"reading it needs more than {memory_bytes // MEGABYTE} MB of memory")


BINARY = skipped("it is a binary file")
UNKNOWN_TYPE = skipped("files of its type are not read yet")
NO_TEXT = skipped("there is no text in it")
DAMAGED = failed("it is damaged, or made in a way that is not understood")
CRASHED = failed("the reader crashed on it")
