"""Draws selects and inputs by functions: Django walks two templates for each option of a select.

The same HTML as Django's own templates; every other widget is still drawn by its template.
"""

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
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
    value = "" if widget["value"] is None else f' value="{_html(widget["value"])}"'
    name, kind = _html(widget["name"]), _html(widget["type"])
    return SafeString(f'<input type="{kind}" name="{name}"{value}{_attrs(widget)}>')


def _select(widget: Widget) -> SafeString:
    groups = "".join(_group(name, options) for name, options, _ in widget["optgroups"])
    return SafeString(f'<select name="{_html(widget["name"])}"{_attrs(widget)}>{groups}</select>')


def _group(name: str | None, options: list[Widget]) -> str:
    drawn = "".join(_option(option) for option in options)
    return f'<optgroup label="{_html(name)}">{drawn}</optgroup>' if name else drawn


def _option(widget: Widget) -> str:
    value, label = _html(widget["value"]), _html(widget["label"])
    return f'<option value="{value}"{_attrs(widget)}>{label}</option>'


def _attrs(widget: Widget) -> str:
    """True is an attribute without a value, False none at all."""
    return "".join(
        f" {_html(name)}" if value is True else f' {_html(name)}="{_html(value)}"'
        for name, value in widget["attrs"].items()
        if value is not False
    )


def _html(value: Any) -> str:
    """Return text escaped, HTML as it is: what conditional_escape() does, without looking for lazy text first."""
    return value.__html__() if hasattr(value, "__html__") else escape(str(value))


_TYPES = ("text", "hidden", "email", "number", "url", "password")
_DRAWN: dict[str, Callable[[Widget], SafeString]] = {
    "django/forms/widgets/select.html": _select,
    **{f"django/forms/widgets/{kind}.html": _input for kind in _TYPES},
}
