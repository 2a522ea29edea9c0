"""The directory for everybody, and the team page for those who belong to it."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from core.access import Access
from core.views import Detail, List
from verbuende.fact_sheet import fact_sheet
from verbuende.filters import VerbundFilter
from verbuende.land_map import land_map
from verbuende.models import Contact, Verbund, VerbundMember
from verbuende.regions import LAENDER

Kind = Verbund.Kind


class VerbundList(List):
    """All alliances by text, Land and status. Invented ones and neighbours stand apart and are not counted."""

    access = Access.PUBLIC
    model = Verbund
    filterset_class = VerbundFilter
    template_name = "verbuende/verbund_list.html"

    def refine_queryset(self, queryset: QuerySet[Verbund]) -> QuerySet[Verbund]:
        """Keep the documented alliances."""
        return queryset.filter(kind=Kind.ALLIANCE, is_demo=False).select_related("lead")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the map, which counts what a click on a Land would list, and the rows that stand apart."""
        documented = self.filterset.apply(self.filterset.queryset.all(), without=("land",))
        apart = Verbund.objects.visible_to(self.request.user).filter(~Q(kind=Kind.ALLIANCE) | Q(is_demo=True))
        groups: dict[str, list[Verbund]] = {"demo": [], "centre": [], "neighbours": []}
        for verbund in self.filterset.apply(apart.select_related("lead")):
            groups[_group(verbund)].append(verbund)
        return super().get_context_data(
            map=land_map(documented.order_by().values_list("states", flat=True)),
            is_narrowed=any(self.filterset.values.get(name) for name in ("suche", "stand")),
            land_name=LAENDER.get(self.filterset.values.get("land", ""), ""),
            today=timezone.localdate(),
            **groups,
            **kwargs,
        )


class VerbundDetail(Detail):
    """One alliance with the source of each fact."""

    access = Access.PUBLIC
    model = Verbund
    template_name = "verbuende/verbund_detail.html"

    def refine_queryset(self, queryset: QuerySet[Verbund]) -> QuerySet[Verbund]:
        """Join the lead."""
        return queryset.select_related("lead")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add facts, published contacts and whether the visitor belongs to the team."""
        user = self.request.user
        contacts = Contact.objects.visible_to(user).published().filter(verbund=self.object)
        with_team = Verbund.objects.with_team_visible_to(user).filter(pk=self.object.pk)
        return super().get_context_data(
            sheet=fact_sheet(self.object, list(self.object.sources.all())),
            contacts=contacts.select_related("organisation"),
            sees_team=user.is_authenticated and with_team.exists(),
            **kwargs,
        )


class VerbundTeam(List):
    """Who works for the alliance: for its members and the centre; for anybody else the page does not exist."""

    access = Access.VIEW
    model = VerbundMember
    parent_model = Verbund
    parent_field = "verbund"
    paginate_by = None
    template_name = "verbuende/verbund_team.html"

    def refine_parents(self, queryset: QuerySet[Verbund]) -> QuerySet[Verbund]:
        """Keep the alliances whose team this person may see."""
        return queryset.filter(pk__in=Verbund.objects.with_team_visible_to(self.request.user).values("pk"))

    def refine_queryset(self, queryset: QuerySet[VerbundMember]) -> QuerySet[VerbundMember]:
        """Keep who belongs to it today."""
        return queryset.active().by_role().select_related("user")


def _group(verbund: Verbund) -> str:
    if verbund.is_demo:
        return "demo"
    return "centre" if verbund.kind == Kind.COORDINATION_CENTRE else "neighbours"
