"""The back office's door: everything that pages and API ask of this room."""

import asyncio
import logging
from collections.abc import Collection
from zoneinfo import ZoneInfo

from collector.domain.fault import Fault
from collector.domain.firm import Firm
from collector.domain.month import Month
from collector.errors import Conflict, NotFound
from collector.ledger.audit import Seen
from collector.ledger.issued import Issued
from collector.statements import month as months
from collector.statements.credit_note import Numbered, numbered
from collector.statements.document import Document, read_document
from collector.statements.drafting import Draft, Sheet
from collector.statements.forms import Form, Forms
from collector.statements.month import Outstanding, Progress, Writing
from collector.statements.separated import accountant_csv
from shared.clock import Clock

_log = logging.getLogger(__name__)


class Office:
    """One for a collector; it closes one month at a time."""

    def __init__(
        self, *, write: Writing, issued: Issued, firm: Firm, forms: Forms, zone: ZoneInfo, clock: Clock
    ) -> None:
        self.issued = issued
        self._write = write
        self._firm = firm
        self._forms = forms
        self._zone = zone
        self._clock = clock
        self._progress: Progress | None = None
        self._closing: asyncio.Task[None] | None = None

    async def preview(self, month: Month, customer_id: int) -> tuple[Draft, list[Fault]]:
        """What the statement would be now, and all that keeps it back; NotFound when there is nothing to bill."""
        found = await months.preview(self.issued, self._sheet(month), customer_id)
        if found is None:
            raise NotFound(f"customer {customer_id} has nothing to be billed in {month}")
        return found, [*self._firm.faults(), *found.faults]

    async def outstanding(self, month: Month) -> tuple[list[Outstanding], list[Fault]]:
        """What is yet to be issued of it, customer by customer; and what the firm's own data lack."""
        return await months.outstanding(self.issued, self._sheet(month)), list(self._firm.faults())

    async def issue(self, month: Month, customer_id: int, *, by: str) -> str:
        """The number."""
        return await self._write(lambda pen: months.issue(pen, self._firm, month, customer_id, by=by))

    async def credit(
        self, number: str, reason: str, *, by: str, lines: Collection[int] | None = None, seen: Seen = None
    ) -> str:
        """The credit note's number; of these lines, or of all that stand."""
        return await self._write(lambda pen: months.credit(pen, number, reason, by=by, lines=lines, seen=seen))

    async def lines(self, number: str) -> list[Numbered]:
        """The lines of a statement, and which of them were taken back; of a credit note its own."""
        document = await self.document(number)
        return numbered(document, map(read_document, await self.issued.notes(number)))

    async def close(self, month: Month, *, by: str) -> Progress:
        """Begin to close it; `progress` tells how far it is. Refused at once where it cannot be closed at all."""
        if self._closing is not None and not self._closing.done():
            raise Conflict(f"{self._progress and self._progress.month} is being closed: wait until it is")
        await self._write(lambda pen: months.must_be_closable(pen, self._firm, month))
        self._progress = Progress(month)
        self._closing = asyncio.create_task(self._close(self._progress, by), name="closing")
        return self._progress

    def progress(self, month: Month) -> Progress | None:
        """Of the closing that runs, or ran last; None when it was another month's."""
        return self._progress if self._progress and self._progress.month == month else None

    async def document(self, number: str) -> Document:
        """NotFound when there is none of that number."""
        text = await self.issued.document(number)
        if text is None:
            raise NotFound(f"no statement {number}")
        return read_document(text)

    async def made(self, document: Document, form: Form) -> bytes:
        """The document in that form; it is made beside the loop, which answers others meanwhile."""
        return await asyncio.to_thread(self._forms.made, document, form)

    async def accountant(self, month: Month) -> str:
        """All of a month for the accountant."""
        return "".join(accountant_csv([read_document(text) async for text in self.issued.documents(month)]))

    def public_key(self) -> str:
        return self._forms.public_key()

    async def stop(self) -> None:
        """A closing that runs ends between two transactions; asked again, it goes on where it was."""
        if self._closing is not None:
            self._closing.cancel()
            await asyncio.gather(self._closing, return_exceptions=True)

    async def _close(self, progress: Progress, by: str) -> None:
        try:
            await months.close(self._write, self.issued, self._firm, progress.month, progress, by=by)
        except Exception as error:
            progress.failed = str(error)
            _log.error("closing %s failed: %s", progress.month, error)
        finally:
            progress.running = False

    def _sheet(self, month: Month) -> Sheet:
        return Sheet(self._firm, month, self._zone, self._clock.wall_ms())
