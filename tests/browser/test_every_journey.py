"""What people come to the quieter pages for, from the first click to the last; and nothing that axe complains about.

One office for all of them. In every run Italian at a desk and English on a telephone; the whole grid with --all.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.desk import Desk, a_desk
from tests.browser.furniture import Scene, furnish, furnished_office
from tests.browser.office import Office
from tests.browser.reader import Reader, a_reader

USUAL = {("it", "desk", "light"), ("en", "phone", "dark")}
GRID = [
    pytest.param(*one, marks=() if one in USUAL else pytest.mark.slow)
    for one in product(("it", "en"), ("desk", "phone"), ("light", "dark"))
]
SHEET = "name,version\n{name},current\n"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Office, Desk]]:
    office = furnished_office(tmp_path_factory.mktemp("office"))
    try:
        with a_desk(office) as desk:
            yield office, desk
    finally:
        office.close()


@contextmanager
def reading(
    browser: Browser, shared: tuple[Office, Desk], language: str, device: str, scheme: str, what: str
) -> Iterator[tuple[Reader, Scene]]:
    """Somebody with a customer of his own."""
    office, desk = shared
    name = f"Studio {what} {language} {device} {scheme}"
    scene = furnish(office, desk, name, peer=f"{what}.{language}.{device}.{scheme}")
    with a_reader(browser, office, language=language, device=device, scheme=scheme) as reader:
        yield reader, scene


def complaints_of_axe(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {node['html'][:120]}" for each in found for node in each["nodes"]]


@pytest.mark.parametrize(("language", "device", "scheme"), GRID)
def test_axe_finds_nothing_on_any_page(
    browser: Browser, shared: tuple[Office, Desk], language: str, device: str, scheme: str
) -> None:
    with reading(browser, shared, language, device, scheme, "axe") as (reader, scene):
        shared[1].connect(peer=None, since_s=70)
        paths = ["/", "/interventions", f"/interventions/{scene.ended}", "/customers", f"/customers/{scene.customer}"]
        paths += [
            "/customers/new",
            "/customers/duplicates",
            f"/billing?month={scene.billed_month}",
            "/reports",
            "/alerts",
        ]
        found = {path: complaints for path in paths if (complaints := _look(reader, path))}
        reader.open("/")
        expect(reader.page.locator("#rows tr").first).to_be_visible()
        reader.page.keyboard.press("j")
        reader.page.keyboard.press("m")
        expect(reader.page.locator("#more")).to_be_visible()
        found |= {"the menu": complaints} if (complaints := complaints_of_axe(reader.page)) else {}
    assert found == {}


def _look(reader: Reader, path: str) -> list[str]:
    reader.open(path)
    if path == "/":
        expect(reader.page.locator("#rows tr").first).to_be_visible()
    return complaints_of_axe(reader.page)


@pytest.mark.parametrize(("language", "device", "scheme"), GRID)
def test_time_is_split_moved_and_decided_upon(
    browser: Browser, shared: tuple[Office, Desk], language: str, device: str, scheme: str
) -> None:
    with reading(browser, shared, language, device, scheme, "time") as (reader, scene):
        page, office = reader.page, reader.office
        office.ask(f"interventions/{scene.ended}/reopen", {"reason": "non era tutto"})
        reader.open(f"/interventions/{scene.ended}")
        before = office.ask(f"interventions/{scene.ended}")["charge"]["connection_seconds"]
        bar = page.get_by_role("slider")
        bar.focus()
        page.keyboard.press("End")
        for _ in range(5):
            page.keyboard.press("PageDown")
        page.keyboard.press("Enter")
        page.locator("#split button.first").click()
        expect(page.locator(".timeline .elsewhere")).to_have_count(1)
        after = office.ask(f"interventions/{scene.ended}")["charge"]["connection_seconds"]
        assert 290 <= before - after <= 305
        target = page.locator("#targets li").last
        other = target.get_attribute("data-into")
        _carry(page, page.get_by_role("slider"), target)
        page.locator("#move button.first").click()
        expect(page.locator(".timeline .own")).to_have_count(0)
        assert office.ask(f"interventions/{other}")["charge"]["connection_seconds"] >= after
        reader.open(f"/interventions/{other}")
        page.locator("[data-do=describe]").click()
        page.locator("#describe [name=problem]").fill("Stampante <muta>")
        page.locator("#describe button.first").click()
        expect(page.locator(".lines")).to_have_text("Stampante <muta>")
        page.locator("[data-do=decide]").click()
        page.locator("#decide [name=what]").select_option("waived")
        page.locator("#decide [name=reason]").select_option("our-fault")
        page.locator("#decide button.first").click()
        expect(page.locator(".charge tfoot")).to_contain_text("€ 0")
        page.locator(".history summary").click()
        expect(page.locator(".history tbody")).to_contain_text("Laura")


def _carry(page: Page, what: Locator, where: Locator) -> None:
    """By the mouse, as a hand does it."""
    where.scroll_into_view_if_needed()
    start, end = what.bounding_box(), where.bounding_box()
    assert start and end
    page.mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(end["x"] + 4, end["y"] + 4, steps=4)
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + end["height"] / 2, steps=2)
    page.mouse.up()


@pytest.mark.parametrize(("language", "device", "scheme"), GRID)
def test_a_month_is_billed_and_taken_back(
    browser: Browser, shared: tuple[Office, Desk], language: str, device: str, scheme: str
) -> None:
    with reading(browser, shared, language, device, scheme, "bill") as (reader, scene):
        page = reader.page
        reader.open(f"/billing?month={scene.billed_month}")
        page.locator(f"[data-issue='{scene.customer}']").click()
        row = page.locator(".list tr", has=page.locator(".documents"), has_text=f"bill {language} {device} {scheme}")
        expect(row.locator(".documents a")).to_have_count(5)
        for link in row.locator(".documents a").all():
            answer = page.request.get(reader.office.address + str(link.get_attribute("href")))
            assert answer.ok and answer.body(), link.inner_text()
        row.locator("[data-credit]").click()
        page.locator("#credit [name=reason]").fill("Prova")
        expect(page.locator("#credit .choices input:checked")).not_to_have_count(0)
        page.locator("#credit button.first").click()
        expect(row.locator("[data-credit]")).to_have_count(0)
        expect(row).to_have_count(2)


@pytest.mark.parametrize(("language", "device", "scheme"), GRID)
def test_alerts_are_put_off_and_seen_and_a_channel_says_whether_it_works(
    browser: Browser, shared: tuple[Office, Desk], language: str, device: str, scheme: str
) -> None:
    with reading(browser, shared, language, device, scheme, "alert") as (reader, _):
        page = reader.page
        reader.open("/alerts?state=open")
        mine = page.locator(".feed li", has_text=f"alert {language} {device} {scheme}")
        expect(mine.first).to_contain_text("tickets:")
        mine.first.locator("[data-snooze]").select_option("30")
        expect(mine.first.locator(".sub").first).to_contain_text("Laura")
        many = mine.count()
        mine.first.locator("[data-acknowledge]").click()
        expect(mine).to_have_count(many - 1)
        page.locator("[data-test=tickets]").click()
        said = {"it": "non consegnato: ", "en": "not delivered: "}[language]
        expect(page.locator(".channels [role=status]")).to_contain_text(said)


@pytest.mark.parametrize(("language", "device", "scheme"), GRID)
def test_a_sheet_of_customers_is_looked_at_and_taken_in(
    browser: Browser, shared: tuple[Office, Desk], tmp_path: Path, language: str, device: str, scheme: str
) -> None:
    office, _ = shared
    name = f"Foglio {language} {device} {scheme}"
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text(SHEET.format(name=name), encoding="utf-8")
    bad.write_text("name,version\nStudio,of tomorrow\n", encoding="utf-8")
    with a_reader(browser, office, language=language, device=device, scheme=scheme) as reader:
        page = reader.page
        reader.open("/customers")
        page.locator("#import-sheet").click()
        page.locator("#sheet [name=file]").set_input_files(bad)
        page.locator("#sheet button.first").click()
        expect(page.locator("#sheet .faults li").first).to_be_visible()
        page.locator("#sheet [name=file]").set_input_files(good)
        page.locator("#sheet button.first").click()
        expect(page.locator("#sheet .told")).to_contain_text("1 ")
        page.locator("#sheet button.first").click()
        expect(page.locator("#sheet")).to_be_hidden()
        page.locator("[name=q]").fill(name)
        page.locator("form[role=search] button").first.click()
        expect(page.locator("tbody .customer")).to_have_text(name)
