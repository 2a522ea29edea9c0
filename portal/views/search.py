"""Which alliance is responsible for a place."""

from typing import Any

from core.access import Access
from core.views import Page
from verbuende.services.responsibility import find_for_plz

LONGEST_INPUT = 12


class ResponsibleVerbund(Page):
    """A postcode leads to the alliances of its region, each with the reason; the answer can be shared."""

    access = Access.PUBLIC
    template_name = "portal/plz.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the answer, if something was asked."""
        typed = self.request.GET.get("plz")
        answer = None if typed is None else find_for_plz(typed[:LONGEST_INPUT])
        problem = answer.problem if answer else ""
        return super().get_context_data(
            answer=answer,
            plz=answer.plz if answer else "",
            problem=problem,
            has_errors=bool(problem),
            **kwargs,
        )
