"""What the measuring modules get."""

from dataclasses import dataclass

from tests.benchmarks.client import Client
from tests.benchmarks.data import Data
from tests.benchmarks.servers import Servers


@dataclass(frozen=True)
class Bench:
    """Servers, data, and how patient to be."""

    servers: Servers
    data: Data
    is_quick: bool

    @property
    def portal(self) -> int:
        """The portal's port."""
        return self.servers.ports["portal"]

    @property
    def bare(self) -> int:
        """The port of what there is to compare with."""
        return self.servers.ports["bare"]

    def organiser(self) -> Client:
        """Somebody signed in."""
        return Client(self.portal, cookie=self.data.session)

    def fewer(self, number: int) -> int:
        """Return the number, or a fifth of it for a quick look."""
        return max(1, number // 5) if self.is_quick else number
