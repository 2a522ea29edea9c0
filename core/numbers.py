"""German figures: 1.234, 1.234,50 €, and small numbers as words."""

from decimal import Decimal

from core.dates import NBSP

WORDS = ("null", "eine", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf")


def format_number(value: int | float | Decimal) -> str:
    """1.234 or 1.234,5"""
    return _german(f"{value:,}")


def format_euro(value: int | float | Decimal) -> str:
    """1.234,50 €"""
    return f"{_german(f'{value:,.2f}')}{NBSP}€"


def number_word(value: int) -> str:
    """Return "eine" to "zwölf" for small numbers (the feminine form: Angabe, Person), figures above."""
    return WORDS[value] if value < len(WORDS) else format_number(value)


def _german(english: str) -> str:
    return english.translate(str.maketrans(",.", ".,"))
