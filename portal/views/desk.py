"""Where signed-in people land."""

from typing import Any

from core.access import Access
from core.views import Page
from portal.desk import desk_of


class Desk(Page):
    """The next meetings, what did not arrive, and the ways from here."""

    access = Access.VIEW
    template_name = "portal/desk.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what lies on this person's desk."""
        return super().get_context_data(desk=desk_of(self.request.user), **kwargs)
