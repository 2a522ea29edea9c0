"""Three plain views."""

import os
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string

from tests.benchmarks.baseline.models import BareRegistration

ROW = {
    "title": "Podium mit Fragen aus dem Publikum & Gästen",
    "when": "14. Januar 2027, 10:00 bis 15:30 Uhr",
    "text": "Vertreterinnen und Vertreter der Verbünde sprechen über Weiterbildung in kleinen Betrieben.",
    "people": ["Petra Podium", "Gerd Gast"],
}


def _rows_for(size: int) -> list[dict[str, Any]]:
    """Return as many rows as a page of this many bytes has."""
    one, two = (len(render_to_string("page.html", {"rows": [ROW] * number}).encode()) for number in (1, 2))
    return [ROW] * max(1, round((size - one) / (two - one)) + 1)


ROWS = _rows_for(int(os.environ.get("BARE_PAGE_BYTES", "20000")))


def page(request: HttpRequest) -> HttpResponse:
    """A template with a loop."""
    return render(request, "page.html", {"rows": ROWS})


class BareForm(forms.ModelForm):
    """Three fields."""

    class Meta:
        model = BareRegistration
        fields = ("name", "email", "organisation")


def register(request: HttpRequest) -> HttpResponse:
    """A form, one INSERT, a redirect."""
    form = BareForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save()
        return redirect("/danke/")
    return render(request, "form.html", {"form": form})


def thanks(request: HttpRequest) -> HttpResponse:
    """The page after it."""
    return render(request, "page.html", {"rows": ROWS[:3]})
