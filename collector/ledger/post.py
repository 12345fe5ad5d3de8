"""What the ledger is handed to tell alerts by: the routes, and the bell that rings when one was made, or told anew."""

from dataclasses import dataclass, field

from collector.domain.routes import NOWHERE, Routes
from collector.ledger.bell import Bell


@dataclass(frozen=True, slots=True)
class Post:
    """Without routes nothing is told."""

    routes: Routes = NOWHERE
    bell: Bell = field(default_factory=Bell)
