"""Users from the command line: the first supervisor, and what is done about the others."""

from pathlib import Path

from tests.collector.command import mezzora_here


def test_the_first_supervisor_is_made_and_the_last_one_stays(tmp_path: Path) -> None:
    def user(*words: str) -> tuple[int, str, str]:
        done = mezzora_here("user", *words, "--data", tmp_path)
        return done.returncode, done.stdout, done.stderr

    status, link, said = user("add", "Laura Verdi")
    assert status == 0 and "/welcome?code=" in link and "Laura Verdi chooses a password" in said
    assert user("add", "laura verdi", "--role", "office")[0] == 1
    assert user("add", "Tino", "--role", "technician")[0] == 0
    assert "last supervisor" in user("disable", "Laura Verdi")[2]
    assert user("role", "Tino", "supervisor")[0] == 0
    assert user("disable", "laura verdi")[0] == 0
    listed = user("list")[1].splitlines()
    assert [line.split()[:2] for line in listed] == [["Laura", "Verdi"], ["Tino", "supervisor"]]
    assert "disabled" in listed[0] and "no password yet" in listed[1]
    assert user("enable", "Laura Verdi")[0] == 0
    assert "/welcome?code=" in user("password", "Laura Verdi")[1]
    assert user("signins") == (0, "", "")
    assert user("end-signin", "7") == (1, "", "mezzora: no sign-in 7: it may be over already\n")
    assert user("password", "nobody") == (1, "", 'mezzora: no user "nobody": see `mezzora user list`\n')
