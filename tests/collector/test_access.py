"""Codes, tokens and links from the command line, with and without a collector that runs."""

from pathlib import Path

from tests.collector.command import mezzora, started


def test_a_token_made_beside_a_running_collector_is_good_at_once_and_void_once_revoked(tmp_path: Path) -> None:
    with started("serve", tmp_path) as collector:
        made = mezzora("token", "create", "--role", "supervisor", "--name", "Laura", "--data", tmp_path)
        assert (made.returncode, made.stderr) == (0, "")
        token = made.stdout.strip()
        assert collector.get("/api/v1/sessions", token)["items"] == []
        assert "Laura" in mezzora("token", "list", "--data", tmp_path).stdout
        assert token not in mezzora("token", "list", "--data", tmp_path).stdout
        assert mezzora("token", "revoke", "Laura", "--data", tmp_path).returncode == 0
        link = mezzora("signin", "--data", tmp_path).stdout.strip()
        assert link.startswith(f"{collector.address}/signin?code=")
        code = mezzora("enrol", "PC Anna", "--data", tmp_path)
        assert code.stdout.strip().isalnum()
        assert f"mezzora-agent enrol {collector.address} {code.stdout.strip()}" in code.stderr


def test_without_a_collector_they_work_as_well(tmp_path: Path) -> None:
    assert mezzora("migrate", "--data", tmp_path / "new").returncode == 0
    assert mezzora("enrol", "PC Anna", "--data", tmp_path / "new").stdout.strip().isalnum()
    assert mezzora("token", "create", "--role", "office", "--data", tmp_path / "new").returncode == 0


def test_a_name_that_is_taken_is_refused_until_its_token_is_revoked(tmp_path: Path) -> None:
    create = ("token", "create", "--role", "office", "--name", "Laura", "--data", tmp_path)
    assert mezzora(*create).returncode == 0
    again = mezzora(*create)
    assert (again.returncode, again.stdout, again.stderr.count("\n")) == (1, "", 1)
    assert '"Laura"' in again.stderr and "--name" in again.stderr
    assert mezzora("token", "revoke", "Laura", "--data", tmp_path).returncode == 0
    assert mezzora(*create).returncode == 0
    listed = mezzora("token", "list", "--data", tmp_path).stdout.splitlines()
    assert sorted("revoked" in line for line in listed) == [False, True]


def test_migrating_again_changes_nothing_and_says_nothing(tmp_path: Path) -> None:
    for _ in range(2):
        done = mezzora("migrate", "--data", tmp_path)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
