"""Read English, show German (DESIGN §2)."""

import ast
import re

import pytest

from tests.architecture.sources import ROOT, app_folders, parse, python_files, short

BANNED_MODULES = {"utils", "util", "helpers", "helper", "mixins", "common", "misc", "tools"}

# German words of the domain, as stems. Verbund/verbuende is the exception; PLZ, Land, Frau and Herr are proper names.
STEMS = (
    *("abmeld", "absage", "anbieter", "anmeld", "ansprech", "antwort", "anschrift", "ausgebucht", "bedarf", "begruess"),
    *(
        "beratung",
        "betreff",
        "betrieb",
        "bezeichnung",
        "einladung",
        "einwillig",
        "empfaeng",
        "erinner",
        "fehler",
        "gaeste",
    ),
    *(
        "grusswort",
        "hinweis",
        "kontakt",
        "koordinier",
        "meldung",
        "nachricht",
        "netzwerk",
        "plaetze",
        "postfach",
        "rueck",
    ),
    *("strasse", "tagung", "teilnahme", "teilnehm", "traeger", "treffen", "uhrzeit", "unternehmen", "unzustellbar"),
    *("veranstalt", "vorlage", "warteliste", "weiterbildung", "wunsch", "zeitpunkt", "zentrum", "zusage"),
)
WORDS = {"beginn", "branche", "datum", "ende", "fertig", "grund", "liste", "ort", "platz", "seite", "termin", "titel"}


def query_parameters(tree: ast.AST) -> set[ast.AST]:
    """The names of filters: they stand in addresses, and addresses are German (docs/decisions/0008)."""
    return {
        target
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and any("FilterSet" in ast.unparse(base) for base in node.bases)
        for statement in node.body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
    }


def names_in(tree: ast.AST):
    """Everything a programmer names in a file, with its line."""
    addressed = query_parameters(tree)
    for node in ast.walk(tree):
        if node in addressed:
            continue
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.lineno, node.name
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.attr
        elif isinstance(node, ast.keyword) and node.arg:
            yield node.value.lineno, node.arg


def is_german(name: str) -> bool:
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().split("_")
    return any(word in WORDS or word.startswith(STEMS) for word in words)


@pytest.mark.parametrize("folder", [*app_folders(), ROOT / "config", ROOT / "tests"], ids=lambda folder: folder.name)
def test_identifiers_are_english(folder):
    german = sorted(
        {
            f"{short(path)}:{line}: {name}"
            for path in python_files(folder)
            for line, name in names_in(parse(path))
            if is_german(name)
        }
    )
    assert german == []


@pytest.mark.parametrize("folder", [*app_folders(), ROOT / "config", ROOT / "tests"], ids=lambda folder: folder.name)
def test_identifiers_are_ascii(folder):
    wrong = [
        f"{short(path)}:{line}: {name}"
        for path in python_files(folder)
        for line, name in names_in(parse(path))
        if not name.isascii()
    ]
    assert wrong == []


def test_the_test_would_see_german_words():
    tree = ast.parse(
        "def einladung_senden(warteliste): teilnehmer = 1\nclass Anmeldung: pass\ndef listed(verbund, verbuende): pass"
    )
    assert [name for _, name in names_in(tree) if is_german(name)] == [
        "einladung_senden",
        "Anmeldung",
        "warteliste",
        "teilnehmer",
    ]


def test_modules_are_named_by_what_they_are_about():
    wrong = [short(path) for path in python_files(*app_folders(), ROOT / "config") if path.stem in BANNED_MODULES]
    assert wrong == []


def test_paths_are_english_and_ascii():
    wrong = [
        short(path)
        for path in python_files(*app_folders(), ROOT / "config")
        if not path.stem.isascii() or is_german(path.stem)
    ]
    assert wrong == []
