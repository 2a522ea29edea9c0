"""The rows of the guest list as HTML: drawn by a format, because templates took half of the page's time."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from core.dates import format_short_day
from core.templatetags.portal import badge
from events.guest_columns import ROLES
from events.guest_list import GuestLine
from events.models import Event

ROW = (
    '<tr>{}<th scope="row"><a href="{}{}/"><bdi>{}</bdi></a>{}{}</th><td data-l="Rolle">{}</td>'
    '<td data-l="Stand">{}</td>{}{}{}<td data-l="Seit"><span class="num">{}</span></td></tr>'
)
PICK = (
    '<td class="td-pick"><label class="pick"><input type="checkbox" name="person" value="{}">'
    '<span class="vh">{} ankreuzen</span></label></td>'
)


def guest_rows(lines: Iterable[GuestLine], event: Event, *, can_edit: bool) -> SafeString:
    """Return the rows of the table's body, for whoever may edit with a box to tick."""
    # The page of a person stands below the list.
    address = reverse("events:registration-list", args=[event.slug])
    return format_html_join("\n", "{}", ((_row(line, address, can_edit=can_edit),) for line in lines))


def _row(line: GuestLine, address: str, *, can_edit: bool) -> SafeString:
    person = line.person
    organisation = person.organisation_name
    return format_html(
        ROW,
        format_html(PICK, person.pk, person.name) if can_edit else "",
        address,
        person.pk,
        person.name,
        format_html("<small><bdi>{}</bdi></small>", organisation) if organisation else "",
        format_html("<small>{}</small>", " · ".join(person.tag_names)) if person.tag_names else "",
        ROLES[person.role],
        badge(*line.badge),
        _cell("Teilnahme", line.attendance),
        _cell("Programm", line.items),
        _cell("Hinweis", " · ".join(line.hints)),
        format_short_day(person.created_at),
    )


def _cell(label: str, text: str) -> SafeString:
    if not text:
        return format_html('<td data-l="{}" class="td-none">–</td>', label)
    return format_html('<td data-l="{}">{}</td>', label, text)
