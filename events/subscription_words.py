"""What a subscription is about, in words that go on after "neue Veranstaltungen"."""

from collections.abc import Sequence

from verbuende.regions import LAENDER, locative
from verbuende.sectors import SECTORS


def choice_words(states: Sequence[str], sectors: Sequence[str]) -> str:
    """Return "in Hessen und im Saarland (Branchen: Handel, Textil)"; without a choice "im ganzen Netzwerk"."""
    where = _joined([locative(code) for code in LAENDER if code in states]) or "im ganzen Netzwerk"
    names = [SECTORS[code] for code in SECTORS if code in sectors]
    if not names:
        return where
    return f"{where} ({'Branche' if len(names) == 1 else 'Branchen'}: {'; '.join(names)})"


def _joined(words: Sequence[str]) -> str:
    """Return "in Bayern, in Hessen und im Saarland"."""
    *first, last = words or ("",)
    return f"{', '.join(first)} und {last}" if first else last
