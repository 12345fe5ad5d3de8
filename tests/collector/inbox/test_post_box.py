"""A mailbox over IMAP: a server that speaks it, over real TLS."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from collector.errors import BadInput, Unavailable
from collector.inbox.letter import MAX_BYTES
from collector.inbox.post_box import Account, opened
from tests.collector.inbox.letters import a_letter
from tests.fakes.post_office import PASSWORD, USER, PostOffice, a_post_office

pytestmark = pytest.mark.needs("openssl")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostOffice]:
    with a_post_office(tmp_path_factory.mktemp("imap"), a_letter(id="<1@x>"), a_letter(id="<2@x>")) as office:
        yield office


@pytest.fixture
def account(office: PostOffice, monkeypatch: pytest.MonkeyPatch) -> Account:
    monkeypatch.setenv("SSL_CERT_FILE", str(office.certificate))
    return Account("localhost", office.port, USER, PASSWORD)


def test_what_nobody_has_seen_is_had_in_order_and_looking_marks_nothing(office: PostOffice, account: Account) -> None:
    with opened(account) as box:
        assert box.unseen() == ["1", "2"]
        assert box.message("1") == a_letter(id="<1@x>")
        assert not office.seen
        box.mark_seen("1")
        assert box.unseen() == ["2"] and office.seen == {1}


def test_what_is_too_large_is_not_even_fetched(office: PostOffice, account: Account) -> None:
    office.claimed[2] = MAX_BYTES + 1
    with opened(account) as box, pytest.raises(BadInput, match="larger than 50 MB"):
        box.message("2")


def test_what_keeps_the_mailbox_shut_is_one_line(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    cases = {
        "wrong user or password": replace(account, password="x"),
        "imap_folder": replace(account, folder='No "such"'),
        "letters that IMAP cannot send": replace(account, password="perché"),
        "refused": replace(account, port=1),
    }
    for told, wrong in cases.items():
        with pytest.raises((BadInput, Unavailable)) as refused, opened(wrong):
            pass
        assert told in str(refused.value) and len(str(refused.value).splitlines()) == 1
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(Unavailable, match="its certificate is not trusted"), opened(account):
        pass


def test_the_password_is_shown_nowhere(account: Account) -> None:
    assert PASSWORD not in repr(account)
