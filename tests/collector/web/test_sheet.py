"""How a page is made."""

import pytest

from tests.collector.web.house import House


@pytest.mark.parametrize(("language", "word"), [("it", "Clienti"), ("en", "Customers")])
async def test_a_page_speaks_the_reader_s_language_and_says_which(house: House, language: str, word: str) -> None:
    async with house.browser() as client:
        page = await client.get("/customers", headers={"Accept-Language": language})
    assert page.headers["content-language"] == language
    assert f'<html lang="{language}">' in page.text
    assert f"<h1>{word}</h1>" in page.text


async def test_a_language_asked_for_once_is_remembered(house: House) -> None:
    async with house.browser() as client:
        await client.get("/customers", params={"lang": "en"})
        assert "<h1>Customers</h1>" in (await client.get("/customers")).text


async def test_what_people_wrote_is_text_and_never_markup(house: House) -> None:
    await house.room.customer('<script>alert("1")</script>')
    async with house.browser() as client:
        for path in ("/customers", "/customers/1"):
            page = (await client.get(path)).text
            assert "<script>alert" not in page
            assert "&lt;script&gt;" in page


async def test_no_page_has_a_script_or_a_style_of_its_own(house: House) -> None:
    async with house.browser() as client:
        for path in ("/", "/interventions", "/customers", "/customers/new", "/alerts", "/api/docs", "/signin"):
            page = (await client.get(path)).text
            assert " style=" not in page and "<style" not in page and " on" + "click=" not in page
            assert page.count("<script") == page.count('src="/static/') - page.count("<img") + 1


async def test_a_page_is_sent_as_small_as_the_browser_takes_it(house: House) -> None:
    async with house.browser() as client:
        plain = await client.get("/", headers={"Accept-Encoding": "identity"})
        small = await client.get("/", headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in plain.headers and small.headers["content-encoding"] == "gzip"
    assert small.text == plain.text
    assert int(small.headers["content-length"]) * 2 < int(plain.headers["content-length"])
