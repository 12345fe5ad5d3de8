"""Users, sign-ins, agents, settings, a technician's own page and a customer's: by hand, and before axe."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.desk import Desk, a_desk
from tests.browser.office import Office
from tests.browser.reader import WIDTHS, a_reader

PASSWORD = "quattro parole a caso"
READERS = [("it", "desk", "light"), ("en", "phone", "dark")]
NARROWEST = 320


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Office, Desk]]:
    office = Office(tmp_path_factory.mktemp("office"))
    try:
        with a_desk(office) as desk:
            office.customer("Studio Verdi")
            desk.connect(since_s=22 * 60)
            yield office, desk
    finally:
        office.close()


def look(page: Page) -> list[str]:
    """What axe complains about, and what does not fit the narrowest screen."""
    found = Axe().run(page).response["violations"]
    told = [f"{page.url} {each['id']}: {node['html'][:120]}" for each in found for node in each["nodes"]]
    size = page.viewport_size
    page.set_viewport_size({"width": NARROWEST, "height": 800})
    over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert size is not None
    page.set_viewport_size(size)
    return [*told, *([f"{page.url} is {over} px too wide"] if over > 0 else [])]


@pytest.mark.parametrize(("language", "device", "scheme"), READERS)
def test_a_technician_is_added_chooses_a_password_sees_his_day_and_is_sent_away(
    browser: Browser, shared: tuple[Office, Desk], language: str, device: str, scheme: str
) -> None:
    office, _ = shared
    name = f"Tino {language}"
    with a_reader(browser, office, language=language, device=device, scheme=scheme) as reader:
        page, found = reader.page, list[str]()
        reader.open("/users")
        page.locator("#new-user [name=name]").fill(name)
        page.locator("#new-user [name=role]").select_option("technician")
        page.locator("#new-user button").click()
        shown = page.locator("#link-shown input")
        expect(shown).not_to_have_value("")  # it comes with the answer
        link = shown.input_value()
        found += look(page)
        page.locator("#link-shown button.first").click()
        user = page.get_by_role("row", name=name)
        expect(user).to_be_visible()
        reader.open("/agents")
        with page.expect_navigation():
            page.locator("[data-agent]").select_option(label=name)
        found += look(page)
        width, height = WIDTHS[device]
        his = browser.new_context(
            viewport={"width": width, "height": height}, locale="it-IT" if language == "it" else "en-GB"
        ).new_page()
        his.goto(link)
        his.locator("[name=password]").fill(PASSWORD)
        his.locator("[name=again]").fill(PASSWORD)
        found += look(his)
        his.locator("button.first").click()
        his.wait_for_url("**/mine")
        expect(his.locator("#rows .customer")).to_have_text("Studio Verdi")
        expect(his.locator(".recorded tbody tr")).to_have_count(1)
        found += look(his)
        his.goto(f"{office.address}/account")
        found += look(his)
        his.locator("form[action='/signout'] button").click()
        his.locator("[name=name]").fill(name)
        his.locator("[name=password]").fill(PASSWORD)
        found += look(his)
        his.locator("button.first").click()
        expect(his.locator("#rows .customer")).to_have_text("Studio Verdi")
        reader.open("/users")
        page.get_by_role("row", name=name).first.locator("[data-sure]").click()
        page.locator("#sure [value=yes]").click()
        his.wait_for_url("**/signin?next=%2Fmine")
        his.context.close()
        assert found == []


@pytest.mark.parametrize(("language", "device", "scheme"), READERS)
def test_a_month_is_compared_and_a_customer_gets_his_own_page(
    browser: Browser, shared: tuple[Office, Desk], language: str, device: str, scheme: str
) -> None:
    office, _ = shared
    with a_reader(browser, office, language=language, device=device, scheme=scheme) as reader:
        page, found = reader.page, list[str]()
        reader.open("/settings")
        month = page.evaluate("new Date().toISOString().slice(0, 7)")
        page.locator("[name=month]").fill(month)
        text = page.locator("[name=tariff]")
        text.fill(text.input_value().replace('price = "45.00"', 'price = "50.00"'))
        page.locator("#what-if button").click()
        expect(page.locator("#what-if .facts .large").nth(2)).to_contain_text("5")
        found += look(page)
        reader.open("/customers/1")
        page.locator("[data-make]").click()
        shown = page.locator("#customer-link input")
        expect(shown).to_be_visible()
        found += look(page)
        page.goto(shown.input_value())
        expect(page.locator("h1")).to_have_text("Studio Verdi")
        found += look(page)
        assert found == []
