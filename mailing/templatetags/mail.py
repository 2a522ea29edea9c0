"""Words and layout for plain-text mails."""

from collections.abc import Iterable

from django import template

from mailing.wrapping import align_facts

register = template.Library()


@register.filter
def aligned_facts(rows: Iterable[tuple[str, str]]) -> str:
    """Return "Wann:  …" lines with their values below each other."""
    return align_facts(rows)
