"""Organisers: the programme, its order, pitches and stands."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse

from core.access import Access
from core.exceptions import DomainError
from core.views import Action, Create, Form, List, Update
from events.forms.manage_programme import ItemDeleteForm, ItemForm, SlotsForm
from events.models import Event, EventChange, ProgrammeItem
from events.programme import programme_sections
from events.services import programme
from events.services.changes import Notice
from events.views.announcing import Announcing
from events.views.manage_pages import OfManagedEvent
from verbuende.models import Verbund
from verbuende.regions import LAENDER

STEPS = {"frueher": -1, "spaeter": 1}
SLOT_KINDS = (ProgrammeItem.Kind.PITCH, ProgrammeItem.Kind.MARKET)


class ItemList(OfManagedEvent, List):
    """The programme in order, with what collides."""

    model = ProgrammeItem
    access = Access.VIEW
    template_name = "events/manage/item_list.html"
    context_object_name = "items"
    paginate_by = None

    def refine_queryset(self, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """Fetch people, slots and tables in one query each."""
        return queryset.select_related("pool").prefetch_related("people__organisation", "slots__verbund", "tables")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the rows and the overlaps."""
        context = super().get_context_data(**kwargs)
        items = list(context["items"])
        return context | {
            "sections": programme_sections(items),
            "overlaps": programme.overlaps(items),
            "first_pk": items[0].pk if items else 0,
            "last_pk": items[-1].pk if items else 0,
            "slot_kinds": SLOT_KINDS,
        }


class _ItemPage(OfManagedEvent):
    """A page of one item's form."""

    model = ProgrammeItem
    access = Access.EDIT
    form_class = ItemForm
    template_name = "events/manage/item_form.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        """Let the form know the days of the event."""
        return super().get_form_kwargs() | {"event": self.event}  # type: ignore[misc]

    def form_valid(self, form: ItemForm) -> HttpResponse:
        """Draw the form again with more rows, if that is what was asked."""
        if form.wants_more_rows:
            return self.render_to_response(self.get_context_data(form=form))  # type: ignore[attr-defined]
        return super().form_valid(form)  # type: ignore[misc]

    def get_success_url(self) -> str:
        """Back to the programme, at this item."""
        return f"{reverse('events:item-list', args=[self.event.slug])}#p{self.object.pk}"  # type: ignore[attr-defined]


class ItemCreate(_ItemPage, Create):
    """A new item at the end of the programme."""

    success_message = "Angelegt. Der Punkt steht am Ende des Programms."

    def perform(self, form: ItemForm) -> ProgrammeItem:
        """Add it."""
        return programme.add_item(
            actor=self.request.user,
            event=self.event,
            fields=form.item_fields,
            people=form.people,
            tables=form.tables,
            capacity=form.cleaned_data["capacity"],
            moving_up=form.moving_up,
        )


class _ToldToThoseWhoChose(Announcing):
    """A change of an item: whoever chose it is told, and asked nothing."""

    may_ask = False
    reach_words = "Alle, die diesen Programmpunkt gewählt oder sich einen seiner Tische gewünscht haben."
    event: Any

    def changed_event(self) -> Event:
        """The event of the page."""
        return self.event


class ItemUpdate(_ItemPage, _ToldToThoseWhoChose, Update):
    """Change an item; a stale form shows both versions."""

    def act(self, form: ItemForm, notice: Notice | None) -> EventChange | None:
        """Save it; raised capacity serves who waits."""
        saved = programme.update_item(
            actor=self.request.user,
            item=self.object,
            version=form.cleaned_data["version"],
            fields=form.item_fields,
            people=form.people,
            tables=form.tables,
            capacity=form.cleaned_data["capacity"],
            moving_up=form.moving_up,
            notice=notice,
        )
        return saved.change


class ItemDelete(_ToldToThoseWhoChose, OfManagedEvent, Update):
    """Remove an item; the page asks first, and shows who had chosen it."""

    model = ProgrammeItem
    access = Access.EDIT
    form_class = ItemDeleteForm
    template_name = "events/manage/item_delete.html"
    context_object_name = "item"
    done_words = "Gelöscht."
    may_be_silent = False

    def act(self, _form: ItemDeleteForm, notice: Notice | None) -> EventChange | None:
        """Remove it."""
        return programme.remove_item(actor=self.request.user, item=self.object, notice=notice)

    def get_success_url(self) -> str:
        """Back to the programme."""
        return reverse("events:item-list", args=[self.event.slug])


class ItemMove(OfManagedEvent, Action):
    """One step earlier or later."""

    model = ProgrammeItem
    access = Access.EDIT

    def perform(self, obj: ProgrammeItem) -> None:
        """Swap it with its neighbour."""
        step = STEPS.get(self.request.POST.get("schritt", ""))
        if step is None:
            raise DomainError("Wählen Sie, ob der Punkt früher oder später stehen soll.")
        programme.move_item(actor=self.request.user, item=obj, step=step)


class ItemSlots(Form):
    """One pitch of N minutes or one stand for each of the chosen alliances."""

    access = Access.EDIT
    parent_model = ProgrammeItem
    parent_field = "item"
    parent_slug = "pk"
    form_class = SlotsForm
    template_name = "events/manage/item_slots.html"
    item: ProgrammeItem

    def refine_parents(self, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """The item belongs to the event in the address, and takes pitches or stands."""
        return queryset.filter(event__slug=self.kwargs["event"], kind__in=SLOT_KINDS).select_related("event__owner")

    def get_form_kwargs(self) -> dict[str, Any]:
        """Offer every alliance; stands have no length."""
        kwargs = super().get_form_kwargs()
        if "tick" in self.request.POST:
            kwargs["data"] = self._ticked(self.request.POST)
        is_pitch = self.item.kind == ProgrammeItem.Kind.PITCH
        offered = Q(kind=Verbund.Kind.ALLIANCE) | Q(pk__in=self.item.slots.values("verbund"))
        verbuende = Verbund.objects.visible_to(self.request.user).filter(offered)
        return kwargs | {"verbuende": verbuende, "with_minutes": is_pitch}

    def get_initial(self) -> dict[str, Any]:
        """What is laid out now."""
        slots = list(self.item.slots.all())
        return {"verbuende": [slot.verbund_id for slot in slots], "minutes": slots[0].minutes if slots else None}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Only tick a Land's alliances, or save."""
        if "tick" in request.POST:
            return self.render_to_response(self.get_context_data())
        return super().post(request, *args, **kwargs)

    def perform(self, form: SlotsForm) -> ProgrammeItem:
        """Lay them out."""
        programme.lay_out_slots(
            actor=self.request.user,
            item=self.item,
            verbuende=list(form.cleaned_data["verbuende"]),
            minutes=form.cleaned_data.get("minutes"),
        )
        return self.item

    def _ticked(self, posted: QueryDict) -> QueryDict:
        """Return what was posted with the alliances of the chosen Land ticked as well."""
        data = posted.copy()
        land = data.get("land")
        more = Verbund.objects.alliances().in_state(land).values_list("pk", flat=True) if land in LAENDER else ()
        known = data.getlist("verbuende")
        data.setlist("verbuende", [*known, *(str(pk) for pk in more if str(pk) not in known)])
        return data
