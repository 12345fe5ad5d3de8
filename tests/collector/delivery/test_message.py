"""What people read: one alert, or a storm of them in few lines."""

from collector.delivery.message import LONGEST_TITLE, Item, Message
from collector.domain.routes import Why
from tests.collector.delivery.builders import AT, ID, a_message, an_alert
from tests.collector.room import ROME


def test_one_alert_is_its_own_title() -> None:
    assert a_message().title("it") == "Mezzora: Studio Bianchi: tetto n° 1."
    assert a_message().lines("en", 10) == ["18/11 12:06:40  #1  Studio Bianchi: cap 1."]


def test_a_storm_is_counted_and_its_lines_are_few() -> None:
    items = tuple(Item(an_alert(n, intervention=n % 7), Why.MADE) for n in range(500))
    storm = Message(ID, AT, items, ROME)
    assert storm.title("en") == "Mezzora: 500 alerts, 7 interventions"
    assert storm.title("it") == "Mezzora: 500 avvisi, 7 interventi"
    assert len(storm.lines("it", 20)) == 21 and storm.lines("it", 20)[-1] == "... e altri 480"
    assert a_message(2).title("it") == "Mezzora: 2 avvisi, 1 intervento"


def test_why_it_is_told_again_is_said() -> None:
    assert "(nessuno l'ha preso in carico)" in a_message(why=Why.ESCALATION).lines("it", 1)[0]
    assert "(again, as asked)" in a_message(why=Why.REMINDER).lines("en", 1)[0]
    assert a_message(2, Why.WITHDRAWN).title("en") == "Mezzora: 2 alerts taken back, 1 intervention"
    assert a_message(2, Why.WITHDRAWN).title("it") == "Mezzora: 2 avvisi ritirati, 1 intervento"


def test_a_title_is_one_line_of_bearable_length() -> None:
    long = Message(ID, AT, (Item(an_alert(10**LONGEST_TITLE), Why.MADE),), ROME)
    assert len(long.title("en")) == LONGEST_TITLE and long.title("en").endswith("...")


def test_a_test_says_that_it_is_one() -> None:
    test = Message(ID, AT, (), ROME)
    assert (test.title("it"), test.lines("en", 1)) == ("Mezzora: una prova", ["This channel works."])
