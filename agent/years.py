"""The years of a log that leaves them out of its lines. Pure.

A line is of the year in which it follows the line before it; the first one is of the latest year that lies not after
something that is known: the program's start, which names its year, or the day on which the log was written last.
"""

from datetime import MINYEAR, datetime, timedelta

BACK = timedelta(days=31)  # lines of several threads, and a clock that is set, go back by less
DAY = timedelta(days=1)  # what a date may be off in another zone
EVERY_FOURTH = 8  # a 29 February comes within so many years


class Years:
    """Of one log."""

    def __init__(self, not_after: datetime) -> None:
        """`not_after`: the local time until which it was written."""
        self.not_after = not_after
        self.is_guessed = False  # whether a year rests on the day of the file alone
        self._last: datetime | None = None
        self._is_told = False

    def told(self, moment: datetime) -> None:
        """A time that names its year."""
        self._last, self._is_told = moment, True

    def rewind(self) -> None:
        """The log is read again from its beginning: what was told was not before that."""
        if self._last is not None:
            self.not_after, self._last = self._last, None

    def of(self, moment: datetime) -> datetime | None:
        """The time with its year; None when there is no such day."""
        if self._last is not None:
            found = self._after(self._last - BACK, moment)
        else:
            self.is_guessed = not self._is_told
            found = self._until(self.not_after + DAY, moment)
        self._last = found or self._last
        return found

    def _after(self, begin: datetime, moment: datetime) -> datetime | None:
        days = (_in_year(moment, begin.year + more) for more in range(EVERY_FOURTH + 1))
        return next((day for day in days if day is not None and day >= begin), None)

    def _until(self, end: datetime, moment: datetime) -> datetime | None:
        days = (_in_year(moment, end.year - less) for less in range(EVERY_FOURTH + 1))
        return next((day for day in days if day is not None and day <= end), None)


def _in_year(moment: datetime, year: int) -> datetime | None:
    try:
        return moment.replace(year=max(year, MINYEAR))
    except ValueError:  # a 29 February
        return None
