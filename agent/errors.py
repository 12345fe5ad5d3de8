"""What can go wrong on the technician's PC, as one tree.

MezzoraError
├── BadSignature     a catalogue file says something that cannot be; the others go on
├── UnknownTool      no tool is called so
├── BadEvent         what an event channel holds is not an event; the others go on
├── NotOfThisKind    a recorded file is not what it was given as
│   └── Incoming     it is the list of those who supported this computer
├── NotEnrolled      this PC has no collector yet
├── NothingDeclared  what was to be declared, or ended, cannot be
├── Unreadable       what the agent keeps on disk cannot be read just now
├── AlreadyRunning   another agent holds the lock of this data folder
├── Unreachable      nobody answered; the spool keeps everything and it goes out later
└── TurnedAway       the collector answered, and will not have this agent
"""

from shared.errors import MezzoraError


class BadSignature(MezzoraError):
    """A catalogue file cannot be used; the text names file, place and reason."""


class UnknownTool(MezzoraError):
    """No tool is called so; the text names the nearest ones."""


class BadEvent(MezzoraError):
    """An event cannot be read; the text names the reason, and nothing of the event."""


class NotOfThisKind(MezzoraError):
    """Nothing can be read from this file; the text names it and says why."""


class Incoming(NotOfThisKind):
    """The list of those who supported this computer: none of its sessions is ours."""


class NotEnrolled(MezzoraError):
    """There is no collector to report to yet."""


class NothingDeclared(MezzoraError):
    """What the technician declares cannot be taken; the text says why and what to do."""


class Unreadable(MezzoraError):
    """What the agent keeps cannot be read beside it; the text names the file and the reason."""


class AlreadyRunning(MezzoraError):
    """A second agent on one data folder would send everything twice."""


class Unreachable(MezzoraError):
    """Nobody answered; trying again later may help."""


class TurnedAway(MezzoraError):
    """The collector refuses this agent; only a person can mend that."""
