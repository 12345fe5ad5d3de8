"""The API's own description: as OpenAPI for programs, as a plain page for people."""

import json
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse

from collector.web.sheet import Pages

router = APIRouter(prefix="/api")


@router.get("/openapi.json")
async def openapi(request: Request) -> JSONResponse:
    """Public: it tells nothing about anybody."""
    return JSONResponse(request.app.openapi())


@router.get("/docs")
async def docs(request: Request, pages: Pages) -> HTMLResponse:
    """Made from the same description."""
    told = request.app.openapi()
    calls = [
        _call(method, path, call, told["components"]["schemas"])
        for path, methods in told["paths"].items()
        for method, call in methods.items()
    ]
    return pages.page(request, "reference.html", "The REST API", None, calls=calls)


def _call(method: str, path: str, call: Mapping[str, Any], shapes: Mapping[str, Any]) -> dict[str, Any]:
    good: Any = next((answer for status, answer in call["responses"].items() if status[0] == "2"), {})
    return {
        "method": method.upper(),
        "path": path,
        "summary": call.get("description") or call.get("summary", ""),
        "parameters": [
            {"name": p["name"], "place": p["in"], "required": p.get("required"), "kind": _brief(p["schema"], shapes)}
            for p in call.get("parameters", [])
        ],
        "body": _shape(call.get("requestBody", {}), shapes),
        "answer": _shape(good, shapes),
    }


def _shape(part: Mapping[str, Any], shapes: Mapping[str, Any]) -> str:
    schema = part.get("content", {}).get("application/json", {}).get("schema")
    return json.dumps(_brief(schema, shapes), indent=2, ensure_ascii=False) if schema else ""


def _brief(schema: Mapping[str, Any], shapes: Mapping[str, Any], depth: int = 0) -> Any:
    """A schema in few words: names and kinds, as an example would show them."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        return name if depth > 4 else _brief(shapes[name], shapes, depth + 1)
    if "anyOf" in schema:
        several = [_brief(each, shapes, depth) for each in schema["anyOf"]]
        return " | ".join(several) if all(isinstance(each, str) for each in several) else several[0]
    if "enum" in schema or "const" in schema:
        return " | ".join(map(str, schema.get("enum", [schema.get("const")])))
    if schema.get("type") == "array":
        return [_brief(schema["items"], shapes, depth)]
    if "properties" in schema:
        return {name: _brief(each, shapes, depth) for name, each in schema["properties"].items()}
    return schema.get("format") or schema.get("type", "anything")
