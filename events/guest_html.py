"""The rows of the guest list as HTML: drawn by a format, because templates took half of the page's time."""

from collections.abc import Iterable
from html import escape

from django.urls import reverse
from django.utils.safestring import SafeString

from core.dates import format_short_day
from core.templatetags.portal import badge
from events.guest_columns import ROLES
from events.guest_list import GuestLine
from events.models import Event

NOTHING = ' class="td-none">–'


def guest_rows(lines: Iterable[GuestLine], event: Event, *, can_edit: bool) -> SafeString:
    """Return the rows of the table's body, for whoever may edit with a box to tick."""
    # The page of a person stands below the list.
    address = reverse("events:registration-list", args=[event.slug])
    return SafeString("\n".join(_row(line, address, can_edit=can_edit) for line in lines))


def _row(line: GuestLine, address: str, *, can_edit: bool) -> str:
    person = line.person
    # SECURITY: every word passes here before it stands in the row; the rest are numbers, our own words and a badge.
    name, organisation, tags, attendance, items, hints = map(
        escape,
        (
            person.name,
            person.organisation_name,
            " · ".join(person.tag_names),
            line.attendance,
            line.items,
            " · ".join(line.hints),
        ),
    )
    return (
        f"<tr>{_pick(person.pk, name) if can_edit else ''}"
        f'<th scope="row"><a href="{address}{person.pk}/"><bdi>{name}</bdi></a>'
        f"{organisation and f'<small><bdi>{organisation}</bdi></small>'}{tags and f'<small>{tags}</small>'}</th>"
        f'<td data-l="Rolle">{ROLES[person.role]}</td><td data-l="Stand">{badge(*line.badge)}</td>'
        f'<td data-l="Teilnahme"{_cell(attendance)}</td><td data-l="Programm"{_cell(items)}</td>'
        f'<td data-l="Hinweis"{_cell(hints)}</td>'
        f'<td data-l="Seit"><span class="num">{format_short_day(person.created_at)}</span></td></tr>'
    )


def _pick(pk: int, name: str) -> str:
    return (
        f'<td class="td-pick"><label class="pick"><input type="checkbox" name="person" value="{pk}">'
        f'<span class="vh">{name} ankreuzen</span></label></td>'
    )


def _cell(html: str) -> str:
    return f">{html}" if html else NOTHING
