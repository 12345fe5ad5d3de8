"""What can be said has one name each on the wire."""

from typing import get_args

from shared.messages import AgentMessage, CollectorMessage


def test_every_message_has_a_word_of_its_own() -> None:
    words = [each.__struct_config__.tag for each in (*get_args(AgentMessage), *get_args(CollectorMessage))]
    assert sorted(words) == [
        "ack",
        "backlog",
        "enrol",
        "enrolled",
        "hello",
        "noted",
        "order",
        "progress",
        "quota",
        "refusal",
        "rejected",
        "welcome",
        "word",
    ]
