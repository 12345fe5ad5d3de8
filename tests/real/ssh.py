"""A real sshd on a loopback port with keys of its own, which lets in whoever runs the tests, and the way to it."""

import getpass
import os
import subprocess
from pathlib import Path

from tests.real.desk import Server, free_port, listens
from tests.real.program import Program, until

SSHD = "/usr/sbin/sshd"  # by its whole path, or it refuses to start
_PRIVATE = Path("/run/sshd")  # an empty folder that sshd wants where it starts as root


class Ssh:
    """The server runs as long as this does."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        for name in ("host", "user"):
            command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)]
            subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
        if os.geteuid() == 0:
            _PRIVATE.mkdir(mode=0o755, exist_ok=True)
        (folder / "sshd_config").write_text(
            f"ListenAddress 127.0.0.1\nHostKey {folder}/host\nAuthorizedKeysFile {folder}/user.pub\nPidFile none\n"
            "StrictModes no\nUsePAM no\nPasswordAuthentication no\nPermitRootLogin prohibit-password\n",
            encoding="utf-8",
        )
        self.server = Server(
            lambda port: [SSHD, "-D", "-e", "-f", str(folder / "sshd_config"), "-p", str(port)], folder, {}
        )
        self._config = folder / "ssh_config"
        self._config.write_text(
            f"Host desk\nHostName 127.0.0.1\nPort {self.server.port}\nUser {getpass.getuser()}\n"
            f"IdentityFile {folder}/user\nIdentitiesOnly yes\nBatchMode yes\nStrictHostKeyChecking no\n"
            f"UserKnownHostsFile {folder}/known\nExitOnForwardFailure yes\n",
            encoding="utf-8",
        )

    def run(self, *command: str) -> Program:
        """A command on the other side, as in a terminal."""
        return Program(["ssh", "-F", str(self._config), "desk", *command], self._folder)

    def tunnel(self, port: int) -> tuple[Program, int]:
        """`ssh -L` to this port of the other side; the program, and the port on this side."""
        mouth = free_port()
        forward = f"127.0.0.1:{mouth}:127.0.0.1:{port}"
        program = Program(["ssh", "-F", str(self._config), "-N", "-L", forward, "desk"], self._folder)
        until(lambda: listens(mouth) or not program.is_running, "the tunnel")
        program.must_run()
        return program, mouth

    @property
    def via(self) -> dict[str, str]:
        """What makes TigerVNC's `-via desk` dig its tunnel here: its usual command, with this configuration."""
        return {"VNC_VIA_CMD": f'/usr/bin/ssh -F {self._config} -f -L "$L":"$H":"$R" "$G" sleep 5'}
