"""What went wrong, told as problem details (RFC 9457) to programs and in a sentence to people, in their language."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from collector.errors import BadInput, CollectorError, Conflict, NotFound, Stale, Unavailable
from collector.web.attempts import TooMany
from collector.web.auth import Forbidden, NotSignedIn
from collector.web.schemas import FORMS
from collector.web.sheet import note, sheets_of

KIND = "application/problem+json"
NOWHERE = "There is nothing at this address."
_STATUS: tuple[tuple[type[CollectorError], int], ...] = (
    (NotSignedIn, 401),
    (Forbidden, 403),
    (NotFound, 404),
    (Stale, 412),
    (Conflict, 409),
    (BadInput, 422),
    (TooMany, 429),
    (Unavailable, 503),
)
_HEADERS = {401: {"WWW-Authenticate": 'Bearer realm="mezzora"'}, 429: {"Retry-After": "60"}, 503: {"Retry-After": "2"}}


def problem(status: int, detail: str, errors: Sequence[dict[str, str]] = ()) -> JSONResponse:
    """The problem as JSON; `errors` names places in the request."""
    body: dict[str, object] = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    body |= {"detail": detail} | ({"errors": list(errors)} if errors else {})
    return JSONResponse(body, status, headers=_HEADERS.get(status), media_type=KIND)


def install(app: FastAPI) -> None:
    """Every failure that has a name becomes an answer; the rest is our mistake and stays loud in the log."""
    app.add_exception_handler(CollectorError, _named)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _plain)
    app.add_exception_handler(Exception, _ours)


async def _named(request: Request, error: Exception) -> Response:
    status = next((status for kind, status in _STATUS if isinstance(error, kind)), 500)
    if status == 401 and not _for_program(request):
        return RedirectResponse(f"/signin?{urlencode({'next': _here(request)})}", 303)
    return _answer(request, status, str(error))


async def _invalid(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    errors = [{"place": ".".join(map(str, e["loc"])), "problem": _said(e)} for e in error.errors()]
    if not _for_program(request):
        return _answer(request, 404, NOWHERE)
    told = "; ".join(f"{e['place']}: {e['problem']}" for e in errors)
    return problem(422, sheets_of(request).words_for(request).refused(told)[:1000], errors)


def _said(error: Mapping[str, Any]) -> str:
    """What is wrong with a field and what to write, where the validator's own words say less."""
    context = error.get("ctx", {})
    match error["type"]:
        case "missing":
            return "missing"
        case "extra_forbidden":
            return "there is no such field"
        case "string_type":
            return "not text (write it in quotes)"
        case "timezone_aware":
            return "without a time zone (end it with Z, or as in +01:00)"
        case "json_invalid":
            return f"not JSON: {context.get('error', '')}"
        case "value_error":
            return str(context["error"])
        case "literal_error" | "enum":
            return f"none of {str(context['expected']).replace(' or ', ', ')}"
        case "string_pattern_mismatch" if (form := FORMS.get(context.get("pattern", ""))) is not None:
            return f"not of the form {form}"
    return str(error["msg"])


async def _plain(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    answer = _answer(request, error.status_code, NOWHERE if error.status_code == 404 else str(error.detail))
    answer.headers.update(error.headers or {})
    return answer


async def _ours(request: Request, _error: Exception) -> Response:
    return _answer(request, 500, "The collector made a mistake; its log says more.")


def _answer(request: Request, status: int, told: str) -> Response:
    if not _for_program(request):
        return note(request, status, told)
    return problem(status, sheets_of(request).words_for(request).refused(told))


def _for_program(request: Request) -> bool:
    """The API, and whatever does not ask for a page, gets JSON."""
    return request.url.path.startswith("/api/") or "text/html" not in request.headers.get("accept", "")


def _here(request: Request) -> str:
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")
