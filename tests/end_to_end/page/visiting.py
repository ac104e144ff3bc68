"""How tests open the page."""

from typing import Protocol

from playwright.sync_api import Page


class Visit(Protocol):
    """Opens the page in a fresh profile."""

    def __call__(self, query: str = "", *, at: str = "", address: str = "", **profile: object) -> Page:
        """Return the page, at a view such as `#folders` or with a query; `profile` are options of a browser context."""
