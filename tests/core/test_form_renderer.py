"""Widgets drawn by functions: the same HTML as Django's own templates draw."""

import re

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates

from core.form_renderer import PortalRenderer

EVIL = "<b>\"'&"
GROUPED = [("", EVIL), ("Gruppe & Co", [(1, "Eins"), (EVIL, "Zwei")]), (True, "Drei")]

WIDGETS = {
    "text": (forms.TextInput({"class": "in", "data-x": EVIL}), EVIL),
    "empty": (forms.TextInput(), ""),
    "none": (forms.TextInput({"hidden": True, "disabled": False}), None),
    "number": (forms.NumberInput({"min": 0, "max": 10000}), 10000),
    "email": (forms.EmailInput(), "a@example.org"),
    "url": (forms.URLInput(), "https://example.org/?a=1&b=2"),
    "password": (forms.PasswordInput(), "geheim"),
    "hidden": (forms.HiddenInput(), EVIL),
    "select": (forms.Select({"class": "in"}, choices=GROUPED), 1),
    "several": (forms.SelectMultiple(choices=GROUPED), [1, EVIL]),
    "no choice": (forms.Select(choices=()), None),
    "textarea": (forms.Textarea({"rows": 3}), f"\n{EVIL}"),
    "radio": (forms.RadioSelect(choices=GROUPED), "True"),
}


def tidy(html: str) -> str:
    return re.sub(r">\s+<", "><", html)


@pytest.mark.parametrize("name", WIDGETS)
def test_the_same_html_as_djangos_templates(name):
    widget, value = WIDGETS[name]
    attrs = {"id": "id_feld", "aria-invalid": "true"}
    ours, theirs = (widget.render("feld", value, attrs, renderer()) for renderer in (PortalRenderer, DjangoTemplates))
    assert tidy(ours) == tidy(theirs)


def test_forms_use_it():
    assert isinstance(forms.Form().renderer, PortalRenderer)
