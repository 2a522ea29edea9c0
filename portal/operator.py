"""Who runs this installation, as the settings name it."""

from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True)
class Operator:
    """The operator's published data; what is not set stays empty, and the pages say so."""

    name: str
    address: str
    represented_by: str
    email: str
    phone: str
    data_protection_email: str

    def __str__(self) -> str:
        return self.name

    def __bool__(self) -> bool:
        return bool(self.name)

    @property
    def address_lines(self) -> list[str]:
        """Street, town and whatever else stands on an envelope."""
        return [line.strip() for line in self.address.split("|") if line.strip()]


def current_operator() -> Operator:
    """Return the operator of this installation; falsy while none is set."""
    return Operator(**settings.PORTAL_OPERATOR)
