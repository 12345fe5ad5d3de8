"""The file of channels: read strictly, with one line for what is wrong, and no secret in it."""

import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from collector.delivery.channel_file import Channels, read_channels
from collector.domain.office_hours import Hours, Shifts
from collector.domain.routes import Outside, Route, Severity
from collector.errors import BadInput
from shared.moments import MINUTE_MS
from tests.fakes.clock import FakeClock

README = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")
ROME = ZoneInfo("Europe/Rome")
ENV = {"HOOK": "t0ps3cret", "PHONE": "ntfy://t0ps3crettopic"}
MAIL = """
[channels.office]
kind = "mail"
server = "smtp.example.it"
sender = "Mezzora <mezzora@example.it>"
to = ["laura@example.it"]
"""
HOOK = """
[channels.desk]
kind = "webhook"
url = "https://example.it/alerts"
secret = { env = "HOOK" }
language = "en"
"""
PHONE = """
[channels.phone]
kind = "service"
url = { env = "PHONE" }
per_minute = 2
"""
HOURS = """
[hours.office]
days = "mon-wed,fri"
hours = ["09:00-13:00", "14:00-18:00"]
closed = [2026-12-25]
[hours.on-call]
outside = "office"
[hours.anna]
shifts = [[2026-11-27T18:00:00, 2026-11-30T09:00:00]]
"""
ROUTES = """
[[routes]]
to = ["office", "desk"]
severity = "normal"
hours = "office"
outside = "wait"
escalate_after = "10m"
escalate_to = ["phone"]
[[routes]]
to = ["phone"]
kinds = ["half-hour"]
customers = ["Studio *"]
hours = "on-call"
"""


def read(folder: Path, text: str) -> Channels:
    (folder / "channels.toml").write_text(text, encoding="utf-8")
    return read_channels(folder, ROME, ENV, FakeClock())


def test_without_a_file_nobody_is_told(tmp_path: Path) -> None:
    assert read_channels(tmp_path, ROME, {}, FakeClock()) == Channels()


def test_channels_without_routes_are_told_everything(tmp_path: Path) -> None:
    told = read(tmp_path, MAIL + HOOK)
    assert told.routes.routes == (Route(("office", "desk")),)
    office, desk = told.channels
    assert (office.per_minute, office.language) == (6, "it")
    assert (desk.per_minute, desk.language, desk.most) == (None, "en", 200)


def test_hours_and_routes_say_who_is_told_when(tmp_path: Path) -> None:
    told = read(tmp_path, MAIL + HOOK + PHONE + HOURS + ROUTES)
    first, second = told.routes.routes
    assert isinstance(first.hours, Hours) and first.hours.days == {0, 1, 2, 4}
    assert first.hours.minutes == ((540, 780), (840, 1080)) and len(first.hours.closed) == 1
    assert (first.severity, first.outside) == (Severity.NORMAL, Outside.WAIT)
    assert (first.escalate_after_ms, first.escalate_to) == (10 * MINUTE_MS, ("phone",))
    assert isinstance(second.hours, Hours) and second.hours.outside
    assert (second.kinds, second.customers) == ({"half-hour"}, ("Studio *",))
    on_call = read(tmp_path, MAIL + HOURS + '[[routes]]\nto = ["office"]\nhours = "anna"\n').routes.routes[0].hours
    assert isinstance(on_call, Shifts) and len(on_call.spells) == 1


def test_the_example_of_the_readme_is_read(tmp_path: Path) -> None:
    (shown,) = re.findall(r"```toml\n(\[channels.*?)```", README, flags=re.DOTALL)
    (tmp_path / "smtp-password").write_text("t0ps3cret", encoding="utf-8")
    (tmp_path / "channels.toml").write_text(shown, encoding="utf-8")
    env = {"TICKETS_SECRET": "t0ps3cret", "PHONE_URL": "ntfy://t0ps3crettopic"}
    told = read_channels(tmp_path, ROME, env, FakeClock())
    assert [channel.name for channel in told.channels] == ["office", "tickets", "phone"]
    assert len(told.routes.routes) == 2


def test_a_secret_may_lie_in_a_file_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("t0ps3cret\n", encoding="utf-8")
    told = read(tmp_path, MAIL + 'user = "mezzora"\npassword = { file = "password" }\n')
    assert [each.reveal() for each in told.channels[0].secrets] == ["t0ps3cret"]
    assert "t0ps3cret" not in repr(told)


def test_a_mark_at_the_beginning_of_the_file_is_passed_over(tmp_path: Path) -> None:
    assert [each.name for each in read(tmp_path, "\ufeff" + MAIL).channels] == ["office"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[channels.Office]\nkind='mail'", "channels: 'Office' is no name (small letters, digits, hyphens"),
        ("[hours.\"a b\"]\ndays='mon'", "hours: 'a b' is no name"),
        ("channels = 5", "channels: Expected `object`, got `int`"),
        ("[channels.office]\nkind='pigeon'", "kind: Invalid value 'pigeon' (write one of mail, webhook, service)"),
        (MAIL + "language='de'", "channels.office.language: Invalid enum value 'de' (write one of en, it)"),
        (MAIL + "user='m'\npassword='t0ps3cret'", "password: Expected `object | null`, got `str` (write { file = "),
        ("[channels.office]\nserver='x'", "channels.office: Object missing required field `kind`"),
        (MAIL + "pasword = 'x'", "channels.office: Object contains unknown field `pasword`"),
        (MAIL.replace('"smtp.example.it"', "5"), "channels.office.server: Expected `str`, got `int`"),
        (MAIL.replace("laura@example.it", "laura"), "channels.office.to: 'laura' is no address"),
        (MAIL + "user='mezzora'", "user and password go together"),
        (MAIL + "user='m'\npassword={env='NO'}", "channels.office.password: the environment has no NO"),
        (MAIL + "user='m'\npassword={file='no'}", "no cannot be read: No such file"),
        (MAIL + "user='m'\npassword={}", "is kept in one place"),
        (MAIL + "security='none'\nuser='m'\npassword={env='HOOK'}", "everybody on the way could read the password"),
        (HOOK.replace("https://", "http://"), "everybody on the way could read along"),
        (HOOK.replace("https://example.it", "ftp://t0ps3cret"), "channels.desk.url: is no address"),
        (HOOK.replace("https://example.it", "https://x:t0ps3cret"), "channels.desk.url: is no address"),
        (PHONE.replace("PHONE", "HOOK"), "channels.phone.url: is no address that apprise understands"),
        (PHONE.replace('{ env = "PHONE" }', '"ntfy://t0ps3crettopic"'), "channels.phone.url: Expected `object`"),
        ("[hours.office]\ndays='mon-fri'", "hours.office: says nothing"),
        ("[hours.office]\ndays='fri-mon'\nhours=['09:00-18:00']", "'fri-mon' are no days"),
        ("[hours.office]\ndays='mon'\nhours=['09:00-25:00']", "'09:00-25:00' are no hours"),
        ("[hours.office]\ndays='mon'\nhours=['14:00-18:00','09:00-13:00']", "'09:00-13:00' are no hours"),
        ("[hours.office]\ndays='mon'\nhours=['09:00-18:00']\nzone='Rome'", "'Rome' is no time zone"),
        ("[hours.o]\ndays='mon'\nhours=['09:00-10:00']\noutside='o'", "there are no hours 'o' with days of their own"),
        ("[hours.office]\noutside='desk'", "there are no hours 'desk'"),
        ("[hours.a]\nshifts=[[2026-11-30T09:00:00, 2026-11-27T18:00:00]]", "a shift ends before it begins"),
        (MAIL + "[[routes]]\nto=['desk']", "routes, number 1: there is no channel 'desk' (known: office)"),
        (MAIL + "[[routes]]\nto=['office']\nhours='x'", "there are no hours 'x' (known: none)"),
        (MAIL + "[[routes]]\nto=['office']\nescalate_after='10m'", "escalate_after and escalate_to go together"),
        (MAIL + "[[routes]]\nto=['office']\nescalate_after='10'\nescalate_to=['office']", "'10' is not a length"),
        (MAIL + "[[routes]]\nto=['office']\nescalate_after='0m'\nescalate_to=['office']", 'write a time, as in "10m"'),
        (MAIL + "[[routes]]\nto=['office']\noutside='skip'", "outside says nothing without hours"),
        (
            MAIL + "[[routes]]\nto=['office']\ncustomers=[]",
            "routes, number 1.customers: Expected `array` of length >= 1",
        ),
        (MAIL + "[[routes]]\nto=['office']\nseverity='worst'", "Invalid enum value 'worst' (write one of low,"),
        (MAIL + "[[routes]]\nto=['office']\noutside='later'", "Invalid enum value 'later' (write one of skip, wait"),
        (
            MAIL + "[[routes]]\nto=['office']\nkinds=['caps']",
            "there is no kind 'caps' (known: agent-silent, backup, cap,",
        ),
        ("[channels", "cannot be read"),
    ],
)
def test_what_cannot_be_used_is_one_line_without_secrets(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadInput) as trouble:
        read(tmp_path, text)
    assert said in str(trouble.value) and str(tmp_path / "channels.toml") in str(trouble.value)
    assert "\n" not in str(trouble.value) and "t0ps3cret" not in str(trouble.value)


def test_a_channel_that_there_is_not_names_those_that_there_are(tmp_path: Path) -> None:
    told = read(tmp_path, MAIL + HOOK)
    assert told.named("desk") is told.channels[1]
    with pytest.raises(BadInput, match=r"there is no channel 'x' \(known: office, desk\)"):
        told.named("x")
