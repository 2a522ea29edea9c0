"""Forms of importing a guest list: the file or the text, how it is read, what its columns hold."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from core.forms import PortalForm
from core.imports.columns import ColumnMapping
from core.imports.tables import MAX_BYTES, Table
from core.imports.text import ENCODINGS
from events.list_rows import FIELDS
from events.models import GuestList, Registration

LONGEST_PASTE = 1_000_000
SIDE_BY_SIDE = (("name",), ("title", "given_name", "family_name"), ("email", "organisation"), ("salutation", "role"))
PASTED = "Eingefügter Text.txt"


class UploadForm(PortalForm):
    """A file, or text that was copied: one of both."""

    mark_optional = False
    file = forms.FileField(
        label="Datei",
        required=False,
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt,.tsv"}),
        help_text="Excel-Arbeitsmappe (.xlsx) oder CSV, höchstens 20 MB und 5.000 Zeilen",
    )
    text = forms.CharField(
        label="Oder eingefügter Text",
        max_length=LONGEST_PASTE,
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        help_text="Zellen aus Excel oder Adressen aus dem Mailprogramm: Anna Amt <anna@firma.de>; …",
    )

    def clean_file(self) -> Any:
        """Refuse by size, before anything is read (RELIABILITY F58)."""
        file = self.cleaned_data["file"]
        if file and file.size > MAX_BYTES:
            raise ValidationError("Wählen Sie eine Datei mit höchstens 20 MB, oder kopieren Sie nur die Zeilen heraus")
        return file

    def clean(self) -> dict[str, Any]:
        """Ask for one of both."""
        cleaned = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        has_text = bool(cleaned.get("text", "").strip())
        if not cleaned.get("file") and not has_text:
            self.add_error("file", "Wählen Sie eine Datei, oder fügen Sie Text ein")
        elif cleaned.get("file") and has_text:
            self.add_error(
                "text", "Löschen Sie den Text, oder lassen Sie die Datei weg: Eingelesen wird eines von beiden"
            )
        return cleaned

    @property
    def content(self) -> bytes:
        """The bytes of the file, or of the text."""
        file = self.cleaned_data["file"]
        return file.read() if file else self.cleaned_data["text"].encode()

    @property
    def file_name(self) -> str:
        """What the file is called."""
        file = self.cleaned_data["file"]
        return file.name if file else PASTED


class ReadingForm(PortalForm):
    """How the file is read, where recognition was wrong; each field only where there is a choice."""

    mark_optional = False

    def __init__(self, *args: Any, table: Table, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = {
            "heading": ("Überschriften stehen in", _headings(table), table.heading),
            "sheet": ("Tabellenblatt", [(name, name) for name in table.sheets], table.sheet),
            "encoding": ("Zeichenkodierung", _encodings(table), table.encoding),
        }
        for name, (label, options, current) in choices.items():
            if len(options) > 1:
                self.fields[name] = forms.ChoiceField(label=label, choices=options, initial=current)

    @property
    def options(self) -> dict[str, Any]:
        """The choice as the service takes it."""
        chosen: dict[str, Any] = dict(self.cleaned_data)
        if "heading" in chosen:
            chosen["heading"] = int(chosen["heading"])
        return chosen


class ColumnsForm(PortalForm):
    """Which column holds what, the name of the list, and the role of everybody whose row names none."""

    mark_optional = False
    title = forms.CharField(
        label="Name der Liste",
        max_length=GuestList._meta.get_field("name").max_length,
        help_text="Steht bei jeder Person als Grund, auch in der Einladung.",
    )
    role = forms.ChoiceField(
        label="Rolle, wo die Liste keine nennt",
        choices=Registration.Role.choices,
        initial=Registration.Role.PARTICIPANT,
    )

    def __init__(self, *args: Any, table: Table, mapping: ColumnMapping, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        columns = [("", "steht nicht in der Liste"), *((str(i), title[:80]) for i, title in enumerate(table.columns))]
        for name, label in FIELDS.items():
            self.fields[f"column_{name}"] = forms.ChoiceField(
                label=label,
                choices=columns,
                required=False,
                initial=mapping.get(name, ""),
                error_messages={"invalid_choice": "Wählen Sie eine Spalte aus der Liste"},
            )

    @property
    def mapping(self) -> ColumnMapping:
        """Field → column, as chosen."""
        chosen = {name: self.cleaned_data.get(f"column_{name}", "") for name in FIELDS}
        return {name: int(column) for name, column in chosen.items() if column}

    def clean(self) -> dict[str, Any]:
        """A person needs a name and an address; a column means one thing."""
        cleaned = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        mapping = self.mapping
        if "email" not in mapping:
            self.add_error("column_email", "Wählen Sie die Spalte mit der E-Mail-Adresse")
        if "name" not in mapping and "family_name" not in mapping:
            self.add_error("column_name", "Wählen Sie die Spalte mit dem Namen, oder unten die mit dem Nachnamen")
        if "name" in mapping and ("family_name" in mapping or "given_name" in mapping):
            self.add_error("column_name", "Wählen Sie eine Spalte für den ganzen Namen oder zwei für seine Teile")
        columns = list(mapping.values())
        for name, column in mapping.items():
            if columns.count(column) > 1 and list(mapping).index(name) != columns.index(column):
                self.add_error(
                    f"column_{name}", f"Die Spalte ist oben schon vergeben: {FIELDS[name]} braucht eine andere"
                )
        return cleaned

    def column_rows(self) -> list[list[Any]]:
        """The fields of the columns as they stand beside each other on the page."""
        return [[self[f"column_{name}"] for name in names] for names in SIDE_BY_SIDE]


def _headings(table: Table) -> list[tuple[str, str]]:
    rows = [(str(row.number), f"Zeile {row.number}: {_short(row.cells)}") for row in table.top if row.number > 0]
    return [("0", "keiner Zeile: alles sind Personen"), *rows]


def _short(cells: tuple[str, ...]) -> str:
    text = " · ".join(cell for cell in cells if cell)
    return text if len(text) <= 70 else f"{text[:70]} …"


def _encodings(table: Table) -> list[tuple[str, str]]:
    known = dict(ENCODINGS)
    recognised = [(table.encoding, known.get(table.encoding, table.encoding.upper()))]
    return (
        [*recognised, *((code, label) for code, label in ENCODINGS if code != table.encoding)] if table.encoding else []
    )
