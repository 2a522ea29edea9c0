"""The public pages of events: the list, an event with its programme, a series."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse

from core.access import Access
from core.views import Detail, List
from events import shown_rows
from events.calendar import public_calendar
from events.change_notes import notes_of
from events.feeds import land_channel, network_channel
from events.filters.public import EventFilter
from events.jsonld import event_script
from events.models import Event, EventSeries, ItemPerson, ItemSlot
from events.programme import day_at_a_glance, people_of, programme_sections, stands_of, times_note
from events.status import Door, PublicStatus, place_counts, public_status
from mailing.calendar import CalendarPart
from verbuende.regions import land_names

# Of each alliance's many columns the two or three that the page shows.
SLOT_COLUMNS = ("item_id", "number", "minutes", "verbund__slug", "verbund__name", "verbund__short_name")


def with_status(events: Iterable[Event]) -> list[tuple[Event, PublicStatus]]:
    """Return each event beside how it stands, for `events/_event_row.html`."""
    return [(event, public_status(event)) for event in events]


def calendar_response(part: CalendarPart) -> HttpResponse:
    """Return a calendar file as a download."""
    response = HttpResponse(part.text, content_type=f"text/calendar; charset=utf-8; method={part.method}")
    response.headers["Content-Disposition"] = f'attachment; filename="{part.filename}"'
    return response


class EventList(List):
    """All public events: what comes first, then what was."""

    access = Access.PUBLIC
    model = Event
    template_name = "events/event_list.html"
    shown_rows = shown_rows.EVENT_LIST
    filterset_class = EventFilter
    paginate_by = 60

    def refine_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Only listed ones, in the order of time, with their places."""
        return queryset.listed().coming_first().with_places().select_related("owner")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add each event's status, and split the page where the past begins."""
        context = super().get_context_data(**kwargs)
        rows = with_status(context["page_obj"])
        context["coming"] = [row for row in rows if not row[0].is_past]
        context["past"] = [row for row in rows if row[0].is_past]
        context["is_filtered"] = any(self.filterset.form.cleaned_data.values())
        land = self.filterset.values.get("land", "")
        context["channel"] = land_channel(self.request.user, land) if land else network_channel(self.request.user)
        context["feed_query"] = f"?land={land}" if land else ""
        return context


class EventDetail(Detail):
    """One event with its programme. Unlisted ones are open to whoever has the address; drafts to their own side."""

    access = Access.PUBLIC
    model = Event
    template_name = "events/event_detail.html"
    shown_rows = shown_rows.EVENT_DETAIL

    def refine_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Fetch everything the page shows; the number of queries does not grow with the programme."""
        return (
            queryset.select_related("owner", "series")
            .with_places()
            .with_verbund_count()
            .prefetch_related(
                Prefetch("items__people", ItemPerson.objects.select_related("organisation")),
                Prefetch("items__slots", ItemSlot.objects.select_related("verbund").only(*SLOT_COLUMNS)),
                "items__tables",
                "changes",
            )
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the programme in the shapes the page shows, and how the event stands."""
        items, status = list(self.object.items.all()), public_status(self.object)
        notes = notes_of(self.object.changes.all()) if status.door != Door.OVER else []
        return super().get_context_data(
            status=status,
            places=place_counts(self.object),
            sections=programme_sections(items),
            glance=day_at_a_glance(items),
            stands=stands_of(items),
            people=people_of(items),
            times_note=times_note(items),
            states=land_names(self.object.states),
            sources=[(url, urlsplit(url).hostname) for url in self.object.source_urls],
            json_ld=event_script(self.object),
            notes=[note for note in notes if not note.is_programme],
            programme_notes=[note for note in notes if note.is_programme],
            **kwargs,
        )


class EventPrint(EventDetail):
    """The programme on paper."""

    access = Access.PUBLIC
    template_name = "events/event_print.html"


class EventCalendar(Detail):
    """The event as a calendar file, where its hour is known."""

    access = Access.PUBLIC
    model = Event

    def refine_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Without an hour there is no entry, and for a cancelled meeting none to load."""
        return queryset.select_related("owner").filter(starts_at__isnull=False, cancelled_at__isnull=True)

    def render_to_response(self, context: dict[str, Any], **response_kwargs: Any) -> HttpResponse:
        """Answer with the file."""
        return calendar_response(public_calendar(context["object"]))


class SeriesDetail(Detail):
    """A series: its text and its public events."""

    access = Access.PUBLIC
    model = EventSeries
    template_name = "events/series_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add its events, what comes first."""
        events = Event.objects.visible_to(self.request.user).listed().filter(series=self.object)
        return super().get_context_data(
            rows=with_status(events.coming_first().with_places().select_related("owner")), **kwargs
        )
