"""The root of every failure that Mezzora can name.

MezzoraError
└── Refused      the other side's fault: a bad message, an unknown agent; sending it again would not help
"""


class MezzoraError(Exception):
    """Anything Mezzora can name; its text says what is wrong and what to do next."""


class Refused(MezzoraError):
    """What was said cannot be taken; saying it again would not help."""
