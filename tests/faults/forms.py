"""Filling in any form as a browser would, from the page itself."""

from html.parser import HTMLParser
from typing import Any

from django import forms
from django.http import HttpResponse

type Fields = dict[str, list[str]]

PLAIN_TEXT = (forms.CharField,)
# Whoever fills it in is taken for a program.
TRAP = "website"
HARMLESS = {forms.EmailField: "gast.neu@example.org", forms.URLField: "https://www.example.org/"}


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


def filled(response: HttpResponse, text: str, *, plain: frozenset[str] = frozenset()) -> Fields:
    """Return the form with this text in every text field, and something fitting where an answer is required.

    plain: names of fields that refused it, or being left out, and get something harmless.
    """
    fields = as_sent(response)
    for number, bound in enumerate(form_of(response), start=1):
        field, name = bound.field, bound.html_name
        if bound.is_hidden or name not in {*fields, *_offered(bound)}:
            continue
        if type(field) in PLAIN_TEXT:
            if bound.name == TRAP:
                continue
            limit = field.max_length or 2000
            fields[name] = ["Gerd Gast" if bound.name in plain else text[:limit].strip()]
        elif not any(fields.get(name, ())) and (field.required or bound.name in plain):
            fields[name] = _fitting(field, number)
    return fields


def _offered(bound: Any) -> list[str]:
    """Radio buttons without a choice send nothing, but may be chosen."""
    return [bound.html_name] if isinstance(bound.field, forms.ChoiceField) else []


def _fitting(field: forms.Field, number: int) -> list[str]:
    if isinstance(field, forms.ChoiceField):
        return [next((str(value) for value, _ in field.choices if value), "")]
    if isinstance(field, forms.DateField):
        return ["04.03.2027"]
    return [value for kind, value in HARMLESS.items() if isinstance(field, kind)] or [str(number)]
