import pytest
from starlette.requests import Request
from starlette.types import Message

from collector.errors import BadInput
from collector.web.body import body_of


def a_request(*chunks: bytes) -> Request:
    left = list(chunks)

    async def receive() -> Message:
        return {"type": "http.request", "body": left.pop(0), "more_body": bool(left)}

    return Request({"type": "http", "method": "POST", "headers": []}, receive)


async def test_a_body_is_taken_whole_up_to_its_bound() -> None:
    assert await body_of(a_request(b"ab", b"c"), 3) == b"abc"


async def test_a_body_that_is_too_large_is_not_awaited_to_its_end() -> None:
    asked = a_request(b"ab", b"cd", b"never")
    with pytest.raises(BadInput, match=r"^body: larger than 3 bytes \(in parts\)$"):
        await body_of(asked, 3, "in parts")
