"""Who is told of what, and when."""

from zoneinfo import ZoneInfo

from collector.domain.office_hours import Hours, Shifts
from collector.domain.routes import NOWHERE, Outside, Route, Routes, Severity, Telling, Why, severity_of
from shared.moments import HOUR_MS, MINUTE_MS

UTC = ZoneInfo("UTC")
NOON = 1_795_003_200_000  # a Wednesday
OFFICE = Hours(UTC, frozenset(range(5)), ((9 * 60, 18 * 60),))


def told(*routes: Route, kind: str = "cap", customer: str | None = "Studio Bianchi", at: int = NOON) -> set[Telling]:
    return set(Routes(routes).tellings(kind, customer, at))


def test_what_fits_is_told_at_once() -> None:
    assert told(Route(("mail",))) == {Telling("mail", None, Why.MADE)}
    assert NOWHERE.tellings("cap", None, NOON) == ()


def test_a_route_may_ask_for_kinds_customers_and_severity() -> None:
    assert told(Route(("a",), kinds=frozenset({"half-hour"}))) == set()
    assert told(Route(("a",), kinds=frozenset({"cap"})))
    assert told(Route(("a",), customers=("studio *",)))
    assert told(Route(("a",), customers=("studio bianch?",))) == set()
    assert told(Route(("a",), customers=("*",)), customer=None)
    assert told(Route(("a",), severity=Severity.HIGH)) == set()
    assert told(Route(("a",), severity=Severity.HIGH), kind="half-hour")
    assert severity_of("a kind of tomorrow") is Severity.NORMAL


def test_a_route_that_does_not_fit_keeps_none_after_it_from_telling() -> None:
    other = Route(("a",), kinds=frozenset({"half-hour"}))
    assert told(other, Route(("b",))) == {Telling("b", None, Why.MADE)}


def test_in_the_name_of_a_customer_only_the_star_is_open() -> None:
    def fits(pattern: str, customer: str | None) -> bool:
        return bool(told(Route(("a",), customers=(pattern,)), customer=customer))

    assert fits("[ab]", "[AB]") and not fits("[ab]", "a")
    assert fits("who?", "Who?") and not fits("who?", "whom")
    assert not fits("xxxx", None) and fits("", None)


def test_two_routes_tell_one_channel_once_and_the_sooner_counts() -> None:
    waits = Route(("a",), hours=OFFICE, outside=Outside.WAIT)
    assert told(waits, Route(("a",)), at=NOON - 6 * HOUR_MS) == {Telling("a", None, Why.MADE)}


def test_a_channel_opens_when_the_first_of_its_routes_does() -> None:
    early, other = NOON - 4 * HOUR_MS, Route(("b",))
    assert Routes((Route(("a",), hours=OFFICE), other)).opens_at("a", "cap", None, early) == NOON - 3 * HOUR_MS
    assert Routes((Route(("a",), hours=OFFICE), Route(("a",)))).opens_at("a", "cap", None, early) == early
    caps = Routes((Route(("a",), hours=OFFICE, kinds=frozenset({"cap"})),))
    assert [caps.opens_at("a", kind, None, early) for kind in ("cap", "terms")] == [NOON - 3 * HOUR_MS, early]
    studios = Routes((Route(("a",), hours=OFFICE, customers=("Studio *",)),))
    assert [studios.opens_at("a", "cap", name, early) for name in ("Studio Rossi", None)] == [
        NOON - 3 * HOUR_MS,
        early,
    ]
    assert Routes((Route(("a",), hours=Shifts(())),)).opens_at("a", "cap", None, early) == early, (
        "nobody comes any more"
    )


def test_outside_its_hours_a_route_waits_or_is_skipped() -> None:
    early = NOON - 4 * HOUR_MS
    assert told(Route(("a",), hours=OFFICE), at=early) == set()
    assert told(Route(("a",), hours=OFFICE)) == {Telling("a", None, Why.MADE)}
    waits = Route(("a",), hours=OFFICE, outside=Outside.WAIT)
    assert told(waits, at=early) == {Telling("a", NOON - 3 * HOUR_MS, Why.MADE)}


def test_what_nobody_acknowledges_goes_on_to_others() -> None:
    route = Route(("a",), escalate_after_ms=10 * MINUTE_MS, escalate_to=("a", "b"))
    assert told(route) == {
        Telling("a", None, Why.MADE),
        Telling("a", NOON + 10 * MINUTE_MS, Why.ESCALATION),
        Telling("b", NOON + 10 * MINUTE_MS, Why.ESCALATION),
    }
