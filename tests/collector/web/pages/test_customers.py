"""The list of customers, and the form for one."""

from collector.ledger.keys import Role
from tests.collector.room import S1
from tests.collector.web.house import House


async def test_customers_are_found_by_part_of_their_name(house: House) -> None:
    await house.room.customer("Studio Bianchi")
    await house.room.customer("Ambulatorio Verdi")
    async with house.browser() as client:
        page = (await client.get("/customers", params={"q": "bian"})).text
        assert "Studio Bianchi" in page and "Ambulatorio Verdi" not in page
        assert "Nessuno con questo nome" in (await client.get("/customers", params={"q": "rossi"})).text


async def test_the_form_shows_contract_version_and_peers(house: House) -> None:
    await house.room.customer(peers=(("teamviewer", "111 222 333"),))
    async with house.browser() as client:
        page = (await client.get("/customers/1")).text
    for text in ('value="Studio Bianchi"', 'value="2020-01-01"', 'value="111 222 333"', ">Salva<"):
        assert text in page


async def test_all_that_is_written_down_of_a_customer_stands_in_his_form(house: House) -> None:
    told = {
        "name": "Studio Bianchi",
        "code": "C-7",
        "edition": "base",
        "language": "en",
        "note": "two <chairs>",
        "contracts": [{"from": "2024-01-01", "until": "2024-12-31"}, {"from": "2026-01-01"}],
        "suspensions": [{"from": "2026-02-01", "until": "2026-02-28", "why": "unpaid"}],
        "versions": [{"version": "previous"}, {"from": "2025-03-01", "version": "current"}],
        "peers": [{"tool": "vnc", "peer": "srv-*"}],
        "emails": ["@example.it"],
        "tax": {"vat_number": "12345678903", "street": "Via Roma 1", "recipient_code": "ABC1234"},
    }
    async with await house.program() as client:
        assert (await client.post("/api/v1/customers", json=told)).status_code == 201
    async with house.browser() as client:
        page = (await client.get("/customers/1")).text
    for text in ("C-7", "base", "2024-12-31", "2026-02-28", "unpaid", "2025-03-01", "srv-*", "@example.it"):
        assert f'value="{text}"' in page, text
    assert "two &lt;chairs&gt;" in page and 'value="12345678903"' in page and 'value="ABC1234"' in page
    assert "mancherebbe CAP, comune, provincia" in " ".join(page.split())
    assert page.count('<rect class="force"') == 2 and 'data-seen="&#34;' in page


async def test_terms_that_were_accepted_are_shown_with_who_noted_it(house: House) -> None:
    await house.room.customer()
    async with await house.program() as client:
        told = {"version": "2026-01", "text": "the terms", "who": "Dr. Bianchi", "channel": "paper"}
        assert (await client.post("/api/v1/customers/1/terms", json=told)).status_code == 201
    async with house.browser(Role.READ_ONLY) as client:
        page = (await client.get("/customers/1")).text
    assert "Dr. Bianchi" in page and "su carta" in page and "annotato da" in page and ">Annota<" not in page


async def test_who_may_only_look_gets_no_form_to_save(house: House) -> None:
    await house.room.customer()
    async with house.browser(Role.READ_ONLY) as client:
        assert ">Salva<" not in (await client.get("/customers/1")).text
        assert (await client.get("/customers/new")).status_code == 403


async def test_a_contract_lies_on_a_line_of_time(house: House) -> None:
    await house.room.customer()
    async with house.browser() as client:
        for path in ("/customers", "/customers/1"):
            page = (await client.get(path)).text
            assert '<rect class="force"' in page and 'class="today"' in page


async def test_those_who_may_be_one_are_shown_with_what_they_share_and_what_would_go_over(house: House) -> None:
    await house.room.customer(peers=(("tigervnc", "192.0.2.7:5900"),))
    await house.room.customer("Bianchi S.r.l.", contract=False)
    await house.room.connect(S1, seconds=60)
    async with house.browser(Role.OFFICE) as client:
        page = (await client.get("/customers/duplicates")).text
        assert 'data-keep="1" data-gone="2" data-lead="Bianchi S.r.l. (2) diventa Studio Bianchi (1)."' in page
        assert "Che cosa passa: interventi: 1, identità: 1, periodi di contratto: 1, indirizzi e-mail: 0" in page
        assert '<span class="chip">nome</span>' in page
        assert 'href="/customers/duplicates"' in (await client.get("/customers")).text
    async with house.browser(Role.READ_ONLY) as client:
        assert (await client.get("/customers/duplicates")).status_code == 403


async def test_where_nobody_looks_like_another_the_page_says_so(house: House) -> None:
    async with house.browser() as client:
        assert "Nessun cliente somiglia" in (await client.get("/customers/duplicates")).text
