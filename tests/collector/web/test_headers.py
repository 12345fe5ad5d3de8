"""What every answer says about itself."""

import pytest

from tests.collector.web.house import House


@pytest.mark.parametrize("path", ["/signin", "/nothing", "/api/v1/me", "/healthz", "/api/openapi.json"])
async def test_nothing_is_framed_sniffed_or_kept(house: House, path: str) -> None:
    async with house.client() as client:
        headers = (await client.get(path)).headers
    policy = headers["content-security-policy"]
    for rule in ("default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"):
        assert rule in policy
    for rule in ("require-trusted-types-for 'script'", "trusted-types 'none'", "base-uri 'none'"):
        assert rule in policy
    assert "unsafe" not in policy and "http" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert "strict-transport-security" not in headers
