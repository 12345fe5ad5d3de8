"""Leafing through a list by its address."""

from typing import Annotated, Any

from fastapi import Depends
from starlette.requests import Request

from collector.web.schemas import Offset

SIZE = 50


class Leaf:
    """Where in a list the reader is."""

    def __init__(self, request: Request, offset: Offset = 0) -> None:
        self.offset = offset
        self._url = request.url

    def links(self, total: int, size: int = SIZE) -> dict[str, Any]:
        """The addresses of the neighbouring pages, as the templates name them."""
        after, before = self.offset + size, max(0, self.offset - size)
        return {
            "older": self._at(after) if after < total else None,
            "newer": self._at(before) if self.offset > 0 else None,
        }

    def _at(self, offset: int) -> str:
        url = self._url.include_query_params(offset=offset)
        return f"{url.path}?{url.query}"


Leafing = Annotated[Leaf, Depends()]
