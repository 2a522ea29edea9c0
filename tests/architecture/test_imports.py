"""The one-way street: imports and foreign keys point down (DESIGN §1)."""

import ast

import pytest
from django.apps import apps
from django.conf import settings

from tests.architecture.sources import ROOT, STREET, app_folders, imported_modules, parse, python_files, short

OUR_PACKAGES = {*STREET, "config", "tests"}


def wrong_imports(app: str, tree: ast.AST) -> list[str]:
    allowed = set(STREET[STREET.index(app) :])
    found = []
    for line, module in imported_modules(tree):
        package = module.partition(".")[0]
        if module.startswith("."):
            found.append(f"{line}: relative import")
        elif package in OUR_PACKAGES and package not in allowed:
            found.append(f"{line}: {module}")
    return found


@pytest.mark.parametrize("folder", app_folders(), ids=lambda folder: folder.name)
def test_an_app_imports_only_from_rows_below(folder):
    wrong = [
        f"{short(path)}:{each}" for path in python_files(folder) for each in wrong_imports(folder.name, parse(path))
    ]
    assert wrong == []


def test_the_test_would_see_an_import_that_points_up():
    tree = ast.parse("from events.models import Event\nimport portal.context\nfrom . import views\nimport core.clock")
    assert wrong_imports("verbuende", tree) == [
        "1: events.models",
        "2: portal.context",
        "3: relative import",
    ]


def test_config_imports_no_app_and_nobody_imports_config():
    wrong = [
        f"{short(path)}:{line}: {module}"
        for path in python_files(ROOT / "config")
        for line, module in imported_modules(parse(path))
        if module.partition(".")[0] in {*STREET, "tests"}
    ]
    assert wrong == []


@pytest.mark.parametrize("folder", app_folders(), ids=lambda folder: folder.name)
def test_imports_stand_at_the_top_of_the_file(folder):
    inline = [
        f"{short(path)}:{line}: {module}"
        for path in python_files(folder)
        for node in ast.walk(parse(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        for line, module in imported_modules(node)
    ]
    assert inline == []


def test_foreign_keys_point_down_the_street():
    wrong = []
    for model in apps.get_models():
        if model._meta.app_label not in STREET:
            continue
        allowed = set(STREET[STREET.index(model._meta.app_label) :])
        for field in model._meta.get_fields():
            target = field.related_model
            if target is None or field.auto_created or target._meta.app_label not in STREET:
                continue
            if target._meta.app_label not in allowed and target._meta.label != settings.AUTH_USER_MODEL:
                wrong.append(f"{model._meta.label}.{field.name} → {target._meta.label}")
    assert wrong == []


def test_no_generic_foreign_keys_and_no_signals_of_our_own():
    banned = ("django.contrib.contenttypes", "django.dispatch", "django.db.models.signals")
    wrong = [
        f"{short(path)}:{line}: {module}"
        for path in python_files(*app_folders())
        for line, module in imported_modules(parse(path))
        if module.startswith(banned)
    ]
    assert wrong == []
