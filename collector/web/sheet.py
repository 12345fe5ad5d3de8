"""How a page is made: a template, the reader's language, and who is reading."""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo
from functools import partial
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Depends
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from collector.domain.reasons import length_words
from collector.ledger.views import Visitor
from collector.web import terms, writing
from collector.web.assets import Assets
from collector.web.auth import allowed
from collector.web.browsers import browser_on_system
from collector.web.language import COOKIE, Words, choose
from collector.web.parts import parts_of
from shared.moments import iso

YEAR_S = 365 * 24 * 3600


@dataclass(frozen=True)
class Sheets:
    """Templates, words and assets: all that pages are made of."""

    templates: Environment
    words: Mapping[str, Words]
    assets: Assets

    @classmethod
    def prepare(cls, words: Mapping[str, Words], assets: Assets) -> "Sheets":
        """Reads nothing yet but the list of templates; a name that a template misses is an error, not a blank."""
        loader = PackageLoader("collector.web", "templates")
        templates = Environment(
            loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        return cls(templates, words, assets)

    def page(
        self, request: Request, template: str, title: str, visitor: Visitor | None, *, status: int = 200, **facts: Any
    ) -> HTMLResponse:
        """The page in the reader's language; its title is a sentence of the catalogue."""
        words = self.words_for(request)
        may = sorted(allowed(visitor.role)) if visitor else []
        html = self.templates.get_template(template).render(
            _vocabulary(words, parts_of(request).zone)
            | {
                "title": words(title),
                "lang": words.language,
                "asset": self.assets.url,
                "script_words": words.for_scripts(self.assets.scripts),
                "visitor": visitor,
                "role": words(terms.ROLES.get(visitor.role, visitor.role)) if visitor else "",
                "acts": " ".join(may),
                "here": f"/{request.url.path.split('/')[1]}",
                "narrow": True,
            }
            | facts
        )
        content = html.encode()
        headers = {"Content-Language": words.language, "Vary": "Accept-Language, Accept-Encoding, Cookie"}
        if "gzip" in request.headers.get("accept-encoding", ""):  # no secret stands in a page
            content = gzip.compress(content, compresslevel=5, mtime=0)
            headers["Content-Encoding"] = "gzip"
        answer = HTMLResponse(content, status, headers=headers)
        if request.query_params.get("lang") in self.words:
            answer.set_cookie(
                COOKIE, words.language, max_age=YEAR_S, samesite="lax", secure=request.url.scheme == "https"
            )
        return answer

    def words_for(self, request: Request) -> Words:
        asked, accepted = request.query_params.get("lang"), request.headers.get("accept-language")
        return self.words[choose(asked, request.cookies.get(COOKIE), accepted)]


def sheets_of(request: Request) -> Sheets:
    sheets = request.app.state.sheets
    if not isinstance(sheets, Sheets):
        raise AssertionError("the web room was not installed")
    return sheets


Pages = Annotated[Sheets, Depends(sheets_of)]


def note(request: Request, status: int, told: str) -> HTMLResponse:
    """A page that only says something: what went wrong, mostly."""
    sheets = sheets_of(request)
    told = sheets.words_for(request).refused(told)
    visitor = getattr(request.state, "visitor", None)
    return sheets.page(request, "note.html", HTTPStatus(status).phrase, visitor, status=status, told=told, onward=None)


def _vocabulary(words: Words, zone: tzinfo) -> dict[str, Any]:
    """What templates call: sentences, times, money, and the words for what the ledger calls by a slug."""
    language = words.language
    return {
        "_": words,
        "refused": words.refused,
        "euro": partial(writing.euro, language=language),
        "number": partial(writing.number, language=language),
        "length": writing.length,
        "length_words": length_words,
        "time": partial(_time, language=language, zone=zone),
        "clock": partial(_clock, zone=zone),
        "day": partial(writing.day, language=language),
        "month_words": partial(writing.month, language=language),
        "name_words": lambda name: name or words("Unknown"),
        **{name: partial(_told, words, table) for name, table in terms.TABLES.items()},
        "flag_colour": lambda flag: terms.FLAG_COLOURS.get(flag, "over"),
        "alert_kinds": lambda: {kind: words(name) for kind, name in terms.ALERTS.items()},
        "alert_colour": lambda kind: terms.ALERT_COLOURS.get(kind, ""),
        "state_words": lambda one: words(terms.STATES.get(one.outcome or one.state, one.state)),
        "browser": browser_on_system,
        "decision_told": lambda one: terms.decision_told(one, words),
        "standing": terms.standing,
        "contract_words": lambda one: terms.contract(one, words),
    }


def _told(words: Words, table: Mapping[str, str], slug: str) -> str:
    return words(table.get(slug, slug))


def _time(at: int, language: str, zone: tzinfo) -> Markup:
    """An instant; where scripts run, the page writes it in the reader's own zone."""
    return Markup('<time datetime="{}">{}</time>').format(iso(at), writing.moment(at, language, zone))


def _clock(at: int, zone: tzinfo) -> Markup:
    return Markup('<tspan data-at="{}">{}</tspan>').format(at, writing.clock(at, zone))
