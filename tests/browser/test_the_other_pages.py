"""Customers, interventions and alerts; and that every page fits every screen and speaks one language."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.desk import Desk
from tests.browser.office import Office
from tests.browser.reader import a_reader
from tests.real.program import until

PATHS = [
    "/",
    "/interventions",
    "/interventions/1",
    "/customers",
    "/customers/1",
    "/customers/new",
    "/customers/duplicates",
    "/billing",
    "/reports",
]
PATHS += ["/alerts"]
ITALIAN = re.compile(r"\b(cliente|clienti|collegamento|listino|netto|nessun)\b", re.IGNORECASE)
ENGLISH = re.compile(r"\b(customer|customers|connection|price list|nobody|save|limit)\b", re.IGNORECASE)


def test_a_customer_is_entered_changed_and_found(browser: Browser, office: Office) -> None:
    with a_reader(browser, office) as reader:
        page = reader.page
        reader.open("/customers")
        page.get_by_role("link", name="Nuovo cliente").click()
        page.get_by_label("Nome").fill("Ambulatorio Sant’Anna")
        page.get_by_label("Primo giorno").fill("2026-01-01")
        page.get_by_role("button", name="Aggiungi un periodo").click()
        page.get_by_label("Primo giorno").last.fill("2025-01-01")
        page.get_by_label("Ultimo giorno").last.fill("2025-06-30")
        page.get_by_label("Versione").select_option("previous")
        page.get_by_label("Edizione").fill("igienista")
        page.get_by_text("Fattura", exact=True).click()
        page.get_by_label("Partita IVA").fill("IT 12345678903")
        page.get_by_role("button", name="Aggiungi un’identità").click()
        page.locator("[name=tool]").fill("mstsc")
        page.locator("[name=peer]").fill("ambulatorio-srv")
        page.get_by_role("button", name="Salva").click()
        page.get_by_role("link", name="Ambulatorio").click()
        expect(page.locator("[name=peer]")).to_have_value("ambulatorio-srv")
        expect(page.get_by_label("Edizione")).to_have_value("igienista")
        expect(page.locator(".contract .force")).to_have_count(2)
        page.get_by_label("Quali condizioni").fill("2026-01")
        page.get_by_label("Il loro testo").set_input_files(
            {"name": "t.txt", "mimeType": "text/plain", "buffer": b"terms"}
        )
        page.get_by_label("Chi le ha accettate").fill("Dr. Verdi")
        page.get_by_role("button", name="Annota").click()
        expect(page.locator(".accepted")).to_contain_text("Dr. Verdi")
        for name in ("contracts", "contracts", "peers"):
            page.locator(f"[data-list={name}] [data-remove]").first.click()
        expect(page.get_by_text("Nessun contratto.")).to_be_visible()
        page.get_by_role("button", name="Salva").click()
        page.wait_for_url("**/customers")
        expect(page.locator("tbody tr")).to_contain_text("senza contratto")
    told = office.ask("customers/1")
    assert (told["contract"], told["version"], told["peers"]) == (None, "previous", [])
    assert (told["edition"], told["tax"]["vat_number"], told["terms"][0]["version"]) == (
        "hygienist",
        "12345678903",
        "2026-01",
    )


def test_what_the_collector_refuses_is_said_where_it_was_asked(browser: Browser, office: Office) -> None:
    with a_reader(browser, office) as reader:
        reader.open("/customers/new")
        reader.page.get_by_label("Nome").fill("Studio")
        reader.page.get_by_role("button", name="Aggiungi un’identità").click()
        reader.page.locator("[name=tool]").fill("Not A Tool")
        reader.page.locator("[name=peer]").fill("1")
        reader.complaints.outage = True  # the browser reports the refusal, too
        reader.page.get_by_role("button", name="Salva").click()
        expect(reader.page.locator("[data-list=peers] li + .trouble")).to_contain_text("non ha la forma")
        expect(reader.page.locator("[name=tool]")).to_be_focused()
        expect(reader.page.locator("[name=tool]")).to_have_value("Not A Tool")


def test_an_intervention_is_categorised_and_closed_with_its_charge_before_the_eyes(
    browser: Browser, office: Office, desk: Desk
) -> None:
    office.customer("Studio Verdi")
    desk.end(desk.connect(since_s=20 * 60 + 30))
    with a_reader(browser, office) as reader:
        page = reader.page
        reader.open("/interventions/1")
        expect(page.locator(".charge tbody")).to_contain_text("nessuno lo ha ancora concordato")
        expect(page.locator(".facts")).to_contain_text("€ 80,00")
        page.locator("#category").select_option("installation")
        expect(page.locator(".facts")).to_contain_text("€ 0,00")
        page.locator("#category").select_option("")
        expect(page.locator(".facts")).to_contain_text("€ 80,00")
        page.get_by_role("button", name="Cliente d’accordo").click()
        page.locator("#agree button.first").click()
        expect(page.locator(".facts")).to_contain_text("al telefono")
        page.get_by_role("button", name="Chiudi: risolto").click()
        expect(page.locator(".top:not(.beside)")).to_contain_text("chiuso: risolto")
        left = page.locator("[data-do]").evaluate_all("all => all.map((each) => each.dataset.do)")
        assert left == ["decide", "reopen"]


def test_of_two_who_act_on_what_they_saw_the_second_is_told(browser: Browser, office: Office) -> None:
    opened = office.ask("interventions", {"customer": office.customer("Studio Verdi"), "problem": "Indice rotto"})
    with a_reader(browser, office) as reader:
        reader.open(f"/interventions/{opened['id']}")
        office.change("PATCH", f"interventions/{opened['id']}", {"notes": "Olga chiama domani"})
        reader.complaints.outage = True  # the browser reports the refusal, too
        reader.page.get_by_role("button", name="Chiudi: risolto").click()
        expect(reader.page.locator(".acts .trouble").first).to_contain_text("Nel frattempo qualcuno l’ha cambiato")
        assert office.ask(f"interventions/{opened['id']}")["state"] == "open"
        reader.complaints.outage = False
        reader.open(f"/interventions/{opened['id']}")
        reader.page.get_by_role("button", name="Chiudi: risolto").click()
        expect(reader.page.locator(".top:not(.beside)")).to_contain_text("chiuso: risolto")


def test_an_alert_is_seen(browser: Browser, office: Office, desk: Desk) -> None:
    office.customer("Studio Verdi")
    desk.connect(since_s=16 * 60)
    until(lambda: bool(office.ask("alerts")["items"]), "the warning")
    with a_reader(browser, office, language="en") as reader:
        reader.open("/alerts")
        reader.page.get_by_role("button", name="Seen").first.click()
        expect(reader.page.locator(".feed")).to_contain_text("seen by Laura")


@pytest.mark.parametrize("language", ["it", "en"])
def test_every_page_fits_every_screen_and_speaks_one_language(
    browser: Browser, office: Office, desk: Desk, language: str
) -> None:
    office.customer("Zahnarzt Müller", peer="1")
    desk.connect(peer="1", since_s=26 * 60)
    desk.connect(peer=None, since_s=70)
    foreign = ENGLISH if language == "it" else ITALIAN
    with a_reader(browser, office, language=language) as reader:
        for path in PATHS:
            reader.open(path)
            for width in (320, 390, 768, 1024, 1440, 3840):
                reader.page.set_viewport_size({"width": width, "height": 800})
                over = reader.page.evaluate("document.documentElement.scrollWidth - innerWidth")
                assert over <= 0, f"{path} is {over} px too wide at {width}"
            words = reader.page.locator("body").inner_text()
            assert not foreign.search(words), f"{path}: {foreign.search(words)}"


def test_a_stranger_signs_in_by_the_link_and_out_again(browser: Browser, office: Office) -> None:
    context = browser.new_context(locale="it-IT")
    page = context.new_page()
    page.goto(f"{office.address}/interventions/1")
    expect(page).to_have_url(re.compile(r"/signin\?next=%2Finterventions%2F1$"))
    expect(page.locator("h1")).to_have_text("Accedi")
    page.goto(office.link())
    expect(page).to_have_url(f"{office.address}/")
    expect(page.locator(".person")).to_have_text("Laura, supervisore")
    page.get_by_role("button", name="Esci").click()
    expect(page.locator("h1")).to_have_text("Accedi")
    page.goto(f"{office.address}/nowhere")
    expect(page.locator("h1")).to_have_text("Non trovato")
    context.close()
