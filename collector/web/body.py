"""The bytes of a request that are no JSON: a sheet, a price list."""

from starlette.requests import Request

from collector.errors import BadInput


async def body_of(request: Request, most: int, remedy: str | None = None) -> bytes:
    """All of it; BadInput, before it is all here, where it is larger."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise BadInput("body", f"larger than {most} bytes", remedy)
    return bytes(body)
