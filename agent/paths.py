"""Where the agent keeps things on each system."""

from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_config_path, user_data_path


@dataclass(frozen=True)
class Paths:
    """The files of one data folder."""

    data: Path

    @property
    def spool(self) -> Path:
        return self.data / "spool.sqlite3"

    @property
    def lock(self) -> Path:
        return self.data / "agent.lock"

    @property
    def notice(self) -> Path:
        return self.data / "notice-shown.json"


def data_folder() -> Path:
    """This user's own data folder for the agent."""
    return user_data_path("mezzora-agent", appauthor=False)


def own_catalogue() -> Path:
    """Where this user may put signatures of his own."""
    return user_config_path("mezzora-agent", appauthor=False) / "catalogue"
