"""The supervisor's live page: what happens is there within a second, ticks, warns, and is acted upon in place."""

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.desk import Desk, a_desk
from tests.browser.office import Office
from tests.browser.reader import Reader, a_reader
from tests.real.program import until

MOST_S = 1.0  # from the commit to the row on the page, without a reload
HEARD = """() => { globalThis.heard = []; Notification = class extends Notification {
  constructor(title, more) { super(title, more); heard.push([title, more.body]); } }; }"""
READERS = [("it", "desk", "light"), ("en", "phone", "dark")]
WORDS = {
    "it": {"assign": "Assegna", "unknown": "Sconosciuto", "new": "Nuovo cliente", "agrees": "Cliente d’accordo"},
    "en": {"assign": "Assign", "unknown": "Unknown", "new": "New customer", "agrees": "Customer agrees"},
}


def row_of(reader: Reader, session: str) -> Locator:
    return reader.page.locator(f"#s-{session}")


@pytest.mark.parametrize(("language", "device", "scheme"), READERS)
def test_an_unknown_session_appears_ticks_is_assigned_and_known_the_next_time(
    browser: Browser, office: Office, desk: Desk, language: str, device: str, scheme: str
) -> None:
    words = WORDS[language]
    with a_reader(browser, office, language=language, device=device, scheme=scheme) as reader:
        expect(reader.page.locator("#empty")).to_be_visible()
        session = desk.connect(peer="999 000 111", since_s=65)
        committed = time.monotonic()
        row = row_of(reader, session)
        row.wait_for(timeout=10_000)
        assert time.monotonic() - committed < MOST_S
        expect(row.locator(".customer")).to_have_text(words["unknown"])
        before = row.locator(".time b").inner_text()
        expect(row.locator(".time b")).not_to_have_text(before)
        row.get_by_role("button", name=words["assign"]).click()
        dialog = reader.page.locator("#assign")
        dialog.get_by_role("button", name=words["new"]).click()
        dialog.locator("[name=name]").fill("Studio <Bianchi>")
        dialog.get_by_role("button", name=words["assign"], exact=True).click()
        expect(dialog).to_be_hidden()
        expect(row.locator(".customer")).to_have_text("Studio <Bianchi>")
        expect(row.locator("[data-action]")).to_have_count(0)
        desk.end(session)
        expect(row).to_have_count(0)
        expect(reader.page.locator("#recent .customer")).to_have_text("Studio <Bianchi>")
        again = desk.connect(peer="999 000 111")
        expect(row_of(reader, again).locator(".customer")).to_have_text("Studio <Bianchi>")


def test_a_session_turns_near_then_over_and_the_customer_s_word_is_kept(
    browser: Browser, open_office: Callable[..., Office]
) -> None:
    office = open_office(cap="8s", unit="10s", warn="4s")
    office.customer("Studio Verdi")
    with a_desk(office) as desk, a_reader(browser, office) as reader:
        row = row_of(reader, desk.connect(since_s=1))
        expect(row).to_contain_class("within")
        expect(row).to_contain_class("near", timeout=10_000)
        expect(row).to_contain_class("over", timeout=10_000)
        expect(row.locator(".next")).to_contain_text("1ª mezz’ora: € 35,00")
        expect(row.locator(".chip")).to_have_text("nessuno ha concordato")
        expect(reader.page).to_have_title("(1) In corso · Mezzora")
        expect(reader.page.locator("#overtime")).to_have_text("€ 35,00")
        expect(reader.page.locator("[data-count=over] b")).to_have_text("1")
        line, bar = reader.page.locator("#scale .cap"), row.locator(".bar.extra")
        left = bar.bounding_box()
        cap = line.bounding_box()
        assert left and cap and abs(left["x"] - (cap["x"] + cap["width"] / 2)) < 3, "overtime begins at the cap line"
        row.get_by_role("button", name="Cliente d’accordo").click()
        reader.page.get_by_label("per e-mail").check()
        reader.page.locator("#agree button.first").click()
        expect(row.locator(".chip")).to_contain_text("d’accordo: per e-mail")
        expect(row.locator("[data-action]")).to_have_count(0)
        expect(row.locator(".next")).to_contain_text("2ª mezz’ora: € 70,00", timeout=30_000)


def test_another_problem_begins_a_new_intervention_from_that_second_on(browser: Browser, office: Office) -> None:
    office.customer("Studio Verdi")
    with a_desk(office) as desk, a_reader(browser, office, language="en") as reader:
        row = row_of(reader, desk.connect(since_s=16 * 60))
        expect(row.locator(".time b")).to_contain_text("16:")
        row.get_by_role("button", name="Another problem").click()
        reader.page.locator("#another button.first").click()
        expect(row.locator(".time b")).to_contain_text("0:0")
        expect(row).to_contain_class("within")
        expect(reader.page.locator("#recent .time")).to_contain_text("16:")


def test_the_page_survives_a_killed_collector_and_never_pretends(browser: Browser, office: Office, desk: Desk) -> None:
    office.customer("Studio Verdi")
    with a_reader(browser, office) as reader:
        row = row_of(reader, desk.connect(since_s=60))
        expect(row).to_be_visible()
        reader.complaints.outage = True
        office.collector.kill()
        lost = reader.page.locator("#lost")
        expect(lost).to_contain_text("Connessione persa alle")
        stands = row.locator(".time b").inner_text()
        reader.page.wait_for_timeout(1_500)
        assert row.locator(".time b").inner_text() == stands
        office.start()
        expect(lost).to_be_hidden(timeout=20_000)
        expect(row).to_have_attribute("data-state", "live", timeout=20_000)
        expect(row.locator(".time b")).not_to_have_text(stands)


def test_a_silent_agent_s_session_stands_still_and_says_so(browser: Browser, office: Office) -> None:
    office.customer("Studio Verdi")
    with a_reader(browser, office) as reader, a_desk(office) as desk:
        row = row_of(reader, desk.connect(since_s=60))
        expect(row).to_have_attribute("data-state", "live")
        desk.close()
        expect(row).to_have_attribute("data-state", "silent", timeout=30_000)
        expect(row.locator(".chip")).to_have_text("non confermato")
        expect(row.locator(".sub")).to_contain_text("agente muto")
        expect(reader.page.locator("[data-count=silent] b")).to_have_text("1")


def test_everything_is_within_reach_of_the_keyboard(browser: Browser, office: Office, desk: Desk) -> None:
    office.customer("Studio Verdi", peer="1")
    with a_reader(browser, office) as reader:
        known, unknown = desk.connect(peer="1", since_s=60), desk.connect(peer="2", since_s=5)
        page = reader.page
        expect(page.locator("#rows tr")).to_have_count(2)
        page.keyboard.press("j")
        expect(row_of(reader, unknown)).to_have_attribute("aria-selected", "true")
        page.keyboard.press("a")
        expect(page.locator("#assign [name=q]")).to_be_focused()
        page.keyboard.type("verd")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Space")
        page.keyboard.press("Enter")
        expect(row_of(reader, unknown).locator(".customer")).to_have_text("Studio Verdi")
        expect(page.locator("#assign")).to_be_hidden()
        page.keyboard.press("?")
        expect(page.locator("#keys")).to_be_visible()
        page.keyboard.press("Escape")
        page.keyboard.press("/")
        page.keyboard.type("nobody")
        expect(page.locator("#nothing-found")).to_be_visible()
        assert page.url.endswith("?q=nobody")
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
        expect(page.locator("#rows tr:visible")).to_have_count(2)
        page.keyboard.press("k")
        page.keyboard.press("Enter")
        page.wait_for_url("**/interventions/*")
        assert known


def test_the_row_under_the_pointer_stays_where_it_is(browser: Browser, office: Office, desk: Desk) -> None:
    office.customer("Studio Verdi")
    with a_reader(browser, office) as reader:
        calm = row_of(reader, desk.connect(since_s=60))
        calm.hover()
        desk.connect(peer="unknown", since_s=5)
        expect(reader.page.locator("#rows tr")).to_have_count(2)
        assert reader.page.locator("#rows tr").first.get_attribute("id") == calm.get_attribute("id")
        reader.page.mouse.move(5, 5)
        expect(reader.page.locator("#rows tr").last).to_have_id(str(calm.get_attribute("id")))


def test_whatever_may_be_done_about_a_session_is_done_in_place(browser: Browser, office: Office, desk: Desk) -> None:
    office.customer("Studio Verdi")
    with a_reader(browser, office) as reader:
        page = reader.page
        row = row_of(reader, desk.connect(since_s=21 * 60))
        expect(row).to_contain_class("over")
        expect(page.locator("link[rel=icon]")).to_have_attribute("href", re.compile("^data:image/svg"))
        row.locator(".more").click()
        page.locator("#more").get_by_role("button", name="Chiedi al cliente con un link").click()
        expect(page.locator("#consent-link [name=url]")).to_have_value(re.compile("/consent/"))
        page.keyboard.press("Escape")
        page.keyboard.press("j")
        page.keyboard.press("x")
        page.locator("#critical button.first").click()
        expect(row.locator(".sub")).to_contain_text("lavoro critico")
        reader.complaints.outage = True  # the browser reports the refusal, too
        page.keyboard.press("e")
        page.locator("#end button.first").click()
        expect(page.locator("#end .trouble")).to_contain_text("lavoro critico: ora nulla lo può terminare")
        page.keyboard.press("Escape")
        reader.complaints.outage = False
        page.keyboard.press("w")
        expect(page.locator(".head nav")).to_be_hidden()
        assert page.url.endswith("?wall=1")
        page.keyboard.press("w")
        expect(page.locator(".head nav")).to_be_visible()


def test_sound_and_notifications_follow_the_alerts_when_somebody_asks_and_are_remembered(
    browser: Browser, office: Office, desk: Desk
) -> None:
    with a_reader(browser, office, permissions=["notifications"]) as reader:
        page = reader.page
        page.evaluate(HEARD)
        desk.connect(peer="1")
        expect(page.locator("#rows tr")).to_have_count(1)
        page.locator("#sound").click()
        page.locator("#note").click()
        expect(page.locator("#note")).to_have_attribute("aria-pressed", "true")
        desk.connect(peer="2", since_s=130)
        until(lambda: page.evaluate("heard.length") == 1, "the notification")
        (alert,) = office.ask("alerts")["items"]
        assert page.evaluate("heard[0]") == ["TeamViewer 2: identità sconosciuta", alert["text_it"]]
        page.reload()
        expect(page.locator("#sound")).to_have_attribute("aria-pressed", "true")
        expect(page.locator("#note")).to_have_attribute("aria-pressed", "true")
