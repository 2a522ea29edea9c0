"""Filling in any form as a browser would, from the page itself."""

from collections.abc import Set
from html.parser import HTMLParser
from itertools import count
from typing import Any

from django import forms
from django.http import HttpResponse

type Fields = dict[str, list[str]]

# What one types into, whatever it is meant for: words, addresses, days, numbers.
TYPED_INTO = {"text", "email", "url", "number", "tel", "search"}
# Whoever fills it in is taken for a program.
TRAP = "website"
_numbers = count(1)


class _Reader(HTMLParser):
    """Collects what each POST form of a page would send as it stands."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Fields] = []
        self._fields: Fields | None = None
        self._select = self._textarea = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._fields = {}
            if values.get("method", "").lower() == "post":
                self.forms.append(self._fields)
        elif self._fields is not None:
            self._control(tag, values, set(values))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._fields = None
        elif tag == "textarea":
            self._textarea = ""

    def handle_data(self, data: str) -> None:
        if self._textarea and self._fields is not None:
            self._fields[self._textarea] = [data.removeprefix("\n")]

    def _control(self, tag: str, values: dict[str, str], given: set[str]) -> None:
        assert self._fields is not None
        name = values.get("name", "")
        if tag == "select":
            self._select = name
            self._fields.setdefault(name, [])
        elif tag == "option" and ("selected" in given or not self._fields[self._select]):
            self._fields[self._select] = [values.get("value", "")]
        elif tag == "textarea":
            self._textarea = name
            self._fields[name] = [""]
        elif tag == "input" and name:
            is_choice = values.get("type") in {"checkbox", "radio"}
            if not is_choice or "checked" in given:
                self._fields.setdefault(name, []).append(values.get("value", "on" if is_choice else ""))


def form_of(response: HttpResponse) -> Any:
    """Return the Django form that the page draws, or None."""
    context = getattr(response, "context", None)
    return context.get("form") if context is not None and "form" in context else None


def as_sent(response: HttpResponse) -> Fields:
    """Return what the browser would send for the page's own form, untouched."""
    reader = _Reader()
    reader.feed(response.content.decode())
    names = {bound.html_name for bound in form_of(response)}
    return max(reader.forms, key=lambda fields: len(names & fields.keys()), default={})


def filled(
    response: HttpResponse, text: str, *, plain: Set[str] = frozenset(), needed: Set[str] = frozenset()
) -> Fields:
    """Return the form with this text in everything one types into, and something fitting where an answer is required.

    plain: names of fields that refused it and are left as they stand; needed: those that must not be empty then.
    """
    fields = as_sent(response)
    for number, bound in enumerate(form_of(response), start=1):
        typed = [] if bound.is_hidden or bound.name == TRAP else _typed_into(bound, fields)
        if typed and bound.name not in plain:
            limit = getattr(bound.field, "max_length", None) or 2000
            fields |= {name: [text[:limit].strip()] for name in typed}
        elif bound.field.required or bound.name in needed:
            empty = {name for name in (*typed, *_offered(bound)) if not any(fields.get(name, ()))}
            fields |= {name: _fitting(bound.field, number) for name in empty & {bound.html_name}}
    return fields


def _typed_into(bound: Any, fields: Fields) -> list[str]:
    """Return the names of the inputs of this field that take any text; day and hour are two."""
    widget = bound.field.widget
    parts = {bound.html_name: widget}
    if isinstance(widget, forms.MultiWidget):
        names = (f"{bound.html_name}{name}" for name in widget.widgets_names)
        parts = dict(zip(names, widget.widgets, strict=True))
    return [name for name, part in parts.items() if name in fields and _takes_text(part)]


def _takes_text(widget: forms.Widget) -> bool:
    return isinstance(widget, forms.Textarea) or getattr(widget, "input_type", "") in TYPED_INTO


def _offered(bound: Any) -> list[str]:
    """Radio buttons and boxes without a tick send nothing, but may be chosen."""
    return [bound.html_name] if isinstance(bound.field, forms.ChoiceField | forms.BooleanField) else []


def _fitting(field: forms.Field, number: int) -> list[str]:
    if isinstance(field, forms.ChoiceField):
        return [next((str(value) for value, _ in field.choices if value), "")]
    if isinstance(field, forms.BooleanField):
        return ["on"]
    if isinstance(field, forms.DateField):
        return ["04.03.2027"]
    if isinstance(field, forms.EmailField):
        return [f"gast.neu-{next(_numbers)}@example.org"]
    if isinstance(field, forms.URLField):
        return ["https://www.example.org/"]
    return ["Gerd Gast"] if type(field) is forms.CharField else [str(number)]
