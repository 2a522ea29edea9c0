"""What the style sheet page shows: one of each component, with the values that make it interesting."""

from typing import Any

from django import forms
from django.core.paginator import Paginator

from core.forms import ChoiceWithHint, GermanDateField, PortalForm, SplitLocalDateTimeField

COLOURS = (
    ("accent", "accent", "Petrol: Handlung, Verweis"),
    ("deep", "deep", "Kopf, Auftakt, Leinwand"),
    ("soft", "accent-soft", "Auswahl"),
    ("amber", "amber", "Markierung, nie Schrift"),
    ("warm", "warm", "Aufmerksamkeit als Schrift, Fokus"),
    ("good", "good", "erledigt, zugesagt"),
    ("bad", "bad", "Fehler, gescheitert"),
    ("ink", "ink", "Schrift"),
    ("ink2", "ink-2", "zweite Schrift"),
    ("edge", "edge", "Feldrand"),
    ("line", "line", "Gliederung"),
    ("mist", "mist", "ruhige Fläche"),
)
BADGES = (
    ("Zugesagt", "good", "check"),
    ("Abgesagt", "", "x"),
    ("Warteliste", "warm", "wait"),
    ("Noch offen", "line", "clock"),
    ("Unbestätigt", "warm", "clock"),
    ("Vertretung", "info", "swap"),
    ("Mail unzustellbar", "bad", "mailx"),
    ("Neu", "info", "plus"),
    ("Gesendet", "good", "check"),
    ("Angehalten", "warm", "pause"),
    ("Teilweise gescheitert", "bad", "alert"),
    ("Heute fällig", "warm", "clock"),
)


class SampleForm(PortalForm):
    """Every kind of field once."""

    name = forms.CharField(label="Vor- und Nachname", max_length=150)
    phone = forms.RegexField(
        r"^[0-9 /+()-]{6,}$",
        label="Telefon",
        help_text="Für Rückfragen zum Termin.",
        error_messages={"invalid": "Geben Sie eine Telefonnummer mit Vorwahl ein"},
    )
    email = forms.EmailField(
        label="E-Mail-Adresse", help_text="Dorthin senden wir die Bestätigung mit Kalendereintrag."
    )
    size = forms.ChoiceField(
        label="Größe des Betriebs",
        choices=[("", "Bitte wählen"), ("1", "1 bis 9"), ("10", "10 bis 49"), ("50", "50 bis 249")],
    )
    day = GermanDateField(label="Wunschtermin", help_text="Zum Beispiel 24.11.2026", required=False)
    start = SplitLocalDateTimeField(label="Beginn", help_text="Zum Beispiel 24.11.2026 und 14:00")
    file = forms.FileField(
        label="Liste aus Excel",
        help_text="xlsx oder csv, höchstens 5 MB. Sie sehen eine Vorschau, bevor etwas gespeichert wird.",
        required=False,
    )
    answer = forms.ChoiceField(
        label="Nehmen Sie teil?",
        choices=[("yes", "Ich sage zu"), ("no", "Ich sage ab"), ("deputy", ChoiceWithHint("Vertretung", reveals=True))],
        widget=forms.RadioSelect(attrs={"class": "choices--3"}),
    )
    place = forms.ChoiceField(
        label="Vor Ort oder online?",
        choices=[
            (
                "site",
                ChoiceWithHint("Vor Ort in Musterstadt", "Sie kommen auf Platz 3 der Warteliste", mark="Ausgebucht"),
            ),
            ("online", ChoiceWithHint("Online", "noch 21 von 30 Plätzen")),
        ],
        widget=forms.RadioSelect,
    )
    topics = forms.MultipleChoiceField(
        label="Worum geht es?",
        choices=[("need", "Bedarf nennen"), ("talk", "Beratung wünschen")],
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices--flat"}),
        required=False,
    )
    remark = forms.CharField(label="Bemerkung", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    photos = forms.BooleanField(
        label="Fotos, auf denen ich zu erkennen bin, dürfen im Rückblick erscheinen",
        help_text="Nein? Sie erhalten ein Namensschild mit grauem Punkt.",
        required=False,
    )


def sample_context() -> dict[str, Any]:
    """Return what the page needs besides its own text."""
    form = SampleForm({"name": "Mara Muster", "phone": "12 34", "email": "mara.muster@example.org", "size": "10",
                       "start_date": "4.3.2027", "start_time": "10 Uhr", "answer": "yes", "place": "site"})  # fmt: skip
    return {
        "colours": COLOURS,
        "badges": BADGES,
        "sample_form": form,
        "page_obj": Paginator(range(350), 50).page(2),
        "facts": [("Wann", "24. November 2026, 14:00 Uhr"), ("Website", None)],
        "steps": ["Gruppen", "Personen", "Mail", "Prüfen"],
        "chips": [("Saarland", "?"), ("Pflege", "?")],
        "conflict": [("Raum", "Großer Saal", "Raum 2")],
        "bars": [("Erste Runde", 20, 400, 551, 10), ("Zweite Runde", 8, 160, 311, 54), ("Unbekannt", 9, 180, 331, 98)],
    }
