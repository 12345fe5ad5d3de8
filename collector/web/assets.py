"""Style and scripts as they go over the wire: read once, compressed once, kept by the browser until they change."""

import gzip
import hashlib
from dataclasses import dataclass
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response

KINDS = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}
FOR_EVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class Asset:
    content: bytes
    zipped: bytes
    kind: str


@dataclass(frozen=True)
class Assets:
    """All of them, and the mark in their address that changes when one of them does."""

    mark: str
    by_name: dict[str, Asset]

    def url(self, name: str) -> str:
        """The address of one; a name that does not exist is our mistake (KeyError)."""
        return f"/static/{self.mark}/{name}" if self.by_name[name] else ""

    @property
    def scripts(self) -> str:
        """The text of all scripts."""
        return "\n".join(a.content.decode() for name, a in self.by_name.items() if name.endswith(".js"))

    def answer(self, request: Request, mark: str, name: str) -> Response:
        """One of them; under an older mark it is given too, but not to be kept."""
        asset = self.by_name.get(name)
        if asset is None:
            return Response(status_code=404)
        headers = {"Cache-Control": FOR_EVER if mark == self.mark else "no-cache", "Vary": "Accept-Encoding"}
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(asset.zipped, media_type=asset.kind, headers={**headers, "Content-Encoding": "gzip"})
        return Response(asset.content, media_type=asset.kind, headers=headers)


def read_assets() -> Assets:
    """Read from the package, also when it is installed from a wheel."""
    found: dict[str, Asset] = {}
    seal = hashlib.sha256()
    for file in sorted(files(__package__).joinpath("static").iterdir(), key=lambda f: f.name):
        kind = KINDS.get(file.name.rsplit(".", 1)[-1])
        if kind is None:
            continue
        content = file.read_bytes()
        seal.update(file.name.encode() + b"\0" + content)
        found[file.name] = Asset(content, gzip.compress(content, mtime=0), kind)
    return Assets(seal.hexdigest()[:12], found)
