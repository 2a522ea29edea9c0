"""Draws selects and inputs by functions: Django walks two templates for each option of a select.

The same HTML as Django's own templates; every other widget is still drawn by its template.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

# What a widget says about itself: name, value, attrs, options.
type Widget = Mapping[str, Any]


class PortalRenderer(DjangoTemplates):
    """Django's renderer, with functions for what stands in nearly every form."""

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        """Return the HTML of one widget."""
        draw = _DRAWN.get(template_name)
        return draw(context["widget"]) if draw else super().render(template_name, context, request)


def _input(widget: Widget) -> SafeString:
    value = "" if widget["value"] is None else format_html(' value="{}"', widget["value"])
    return format_html('<input type="{}" name="{}"{}{}>', widget["type"], widget["name"], value, _attrs(widget))


def _select(widget: Widget) -> SafeString:
    groups = format_html_join("", "{}", ((_group(name, options),) for name, options, _ in widget["optgroups"]))
    return format_html('<select name="{}"{}>{}</select>', widget["name"], _attrs(widget), groups)


def _group(name: str | None, options: list[Widget]) -> SafeString:
    drawn = format_html_join("", '<option value="{}"{}>{}</option>', (_option(option) for option in options))
    return format_html('<optgroup label="{}">{}</optgroup>', name, drawn) if name else drawn


def _option(widget: Widget) -> tuple[Any, SafeString, Any]:
    return widget["value"], _attrs(widget), widget["label"]


def _attrs(widget: Widget) -> SafeString:
    """True is an attribute without a value, False none at all."""
    given = [(name, value) for name, value in widget["attrs"].items() if value is not False]
    return format_html_join("", "{}", ((_attr(name, value),) for name, value in given))


def _attr(name: str, value: Any) -> SafeString:
    return format_html(" {}", name) if value is True else format_html(' {}="{}"', name, value)


_TYPES = ("text", "hidden", "email", "number", "url", "password")
_DRAWN: dict[str, Callable[[Widget], SafeString]] = {
    "django/forms/widgets/select.html": _select,
    **{f"django/forms/widgets/{kind}.html": _input for kind in _TYPES},
}
