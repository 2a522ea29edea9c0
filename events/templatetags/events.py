"""Template tags of the events app."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.safestring import SafeString

from core.dates import NBSP
from core.markdown import render_markdown
from events.facts import when_line, where_line
from events.guest_html import guest_rows as draw_rows
from events.guest_list import GuestLine
from events.models import Event

register = template.Library()


@register.filter
def markdown(text: str) -> SafeString:
    """Draw the Markdown of organisers as safe HTML."""
    return render_markdown(text)


@register.filter
def when(event: Event) -> str:
    """Donnerstag, 4. März 2027, 10:00 bis 15:30 Uhr"""
    return when_line(event)


@register.filter
def where(event: Event) -> str:
    """Haus der Technik, Hollestraße 1, Essen, oder online"""
    return where_line(event)


@register.simple_tag
def guest_rows(lines: Iterable[GuestLine], event: Any) -> SafeString:
    """Draw the rows of the guest list; event: as organisers' pages fetch it."""
    return draw_rows(lines, event, can_edit=event.can_edit)


@register.filter
def hold_dash(title: str) -> str:
    """Keep a dash at the end of its line: no line of a heading begins with one."""
    return title.replace(" – ", f"{NBSP}– ")
