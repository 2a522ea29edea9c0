"""The code as the architecture tests read it: by `ast`, without importing it."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent

# From the top of the street to its bottom: an app imports only from rows below its own (DESIGN §1).
STREET = (
    "demo",
    "portal",
    "reporting",
    "events",
    "matching",
    "companies",
    "providers",
    "verbuende",
    "privacy",
    "accounts",
    "mailing",
    "core",
)


def app_folders() -> list[Path]:
    """The apps that exist today."""
    return [ROOT / name for name in STREET if (ROOT / name).is_dir()]


def python_files(*folders: Path) -> Iterator[Path]:
    """Every Python file below the folders."""
    for folder in folders:
        yield from sorted(path for path in folder.rglob("*.py") if "__pycache__" not in path.parts)


@cache
def parse(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imported_modules(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and dotted name of each import."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, "." * node.level + (node.module or "")


def short(path: Path) -> str:
    """The path as people write it."""
    return str(path.relative_to(ROOT))


def defined_tests(path: str) -> frozenset[str]:
    """The names of the tests in a file below tests/; none if there is no such file."""
    file = ROOT / "tests" / path
    if not file.is_file():
        return frozenset()
    functions = (node.name for node in ast.walk(parse(file)) if isinstance(node, ast.FunctionDef))
    return frozenset(name for name in functions if name.startswith("test_"))
