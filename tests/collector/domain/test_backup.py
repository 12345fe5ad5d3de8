"""The warning before work on a database."""

import pytest

from collector.domain.backup import FRESH_MS, BackupWarning, backup_warning

NOW_AT = 1_791_187_200_000


@pytest.mark.parametrize(
    ("works", "backup_at", "warning"),
    [
        (False, None, None),
        (True, None, BackupWarning.UNKNOWN),
        (True, NOW_AT - FRESH_MS, None),
        (True, NOW_AT - FRESH_MS - 1, BackupWarning.OLD),
    ],
)
def test_an_unknown_or_an_old_backup_is_warned_of_where_the_database_is_worked_on(
    works: bool, backup_at: int | None, warning: BackupWarning | None
) -> None:
    assert backup_warning(works_on_database=works, backup_at=backup_at, now_at=NOW_AT) is warning
