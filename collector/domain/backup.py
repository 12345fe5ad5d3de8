"""Whether the customer's last backup is good enough to begin work on his database. Pure."""

from enum import StrEnum

from shared.moments import HOUR_MS

FRESH_MS = 24 * HOUR_MS
"""The terms recommend a complete backup at least so often."""


class BackupWarning(StrEnum):
    """What has to be said before work on the database begins."""

    UNKNOWN = "backup-unknown"
    OLD = "backup-old"


def backup_warning(*, works_on_database: bool, backup_at: int | None, now_at: int) -> BackupWarning | None:
    """None where the work is not on the database, or the backup is at most 24 hours old."""
    if not works_on_database:
        return None
    if backup_at is None:
        return BackupWarning.UNKNOWN
    return BackupWarning.OLD if now_at - backup_at > FRESH_MS else None
