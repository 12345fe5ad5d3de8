"""Where the agent keeps things on each system."""

import os
from pathlib import Path

import msgspec
from platformdirs import user_config_path, user_data_path

from shared.errors import MezzoraError


class Paths(msgspec.Struct, frozen=True):
    """The files of one data folder."""

    data: Path

    @property
    def spool(self) -> Path:
        return self.data / "spool.sqlite3"

    @property
    def lock(self) -> Path:
        return self.data / "agent.lock"

    @property
    def declared(self) -> Path:
        return self.data / "declared.json"

    @property
    def link(self) -> Path:
        return self.data / "link.json"

    @property
    def quotas(self) -> Path:
        return self.data / "quotas.json"

    @property
    def words(self) -> Path:
        return self.data / "words"

    @property
    def notice(self) -> Path:
        return self.data / "notice-shown.json"


def data_folder() -> Path:
    """This user's own data folder for the agent."""
    return user_data_path("mezzora-agent", appauthor=False)


def own_catalogue() -> Path:
    """Where this user may put signatures of his own; MEZZORA_CATALOGUE names another folder."""
    if given := os.environ.get("MEZZORA_CATALOGUE"):
        if not os.path.isdir(given):
            raise MezzoraError(f"MEZZORA_CATALOGUE is {given}, which is no folder: make it, or unset MEZZORA_CATALOGUE")
        return Path(given)
    return user_config_path("mezzora-agent", appauthor=False) / "catalogue"
