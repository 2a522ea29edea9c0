"""The sectors one can choose from, and which of them an alliance's own words about its sector mean.

Alliances describe their sector freely ("Automobil und Zulieferer"); the words are shown as they stand. Where people
choose sectors, these few stand for them.
"""

import re

from core.search import fold

# Code → (label, how the words begin that mean it, folded).
_SECTORS = {
    "vehicles": (
        "Fahrzeuge, Luftfahrt und Zulieferer",
        r"fahrzeug|automobil|automotive|mobilitaet|luftfahrt|zulieferer",
    ),
    "metal": ("Metall, Elektro und Maschinenbau", r"metall|elektro|maschinen|industrie|leichtbau|mikro|produzierend"),
    "chemistry": ("Chemie, Kunststoff und Pharma", r"chemi|kunststoff|pharma"),
    "energy": ("Energie und Umwelt", r"energie|erneuerbar|umwelt|greentech|wasserstoff"),
    "construction": ("Bau", r"bau"),
    "crafts": ("Handwerk", r"handwerk"),
    "care": ("Pflege, Gesundheit und Soziales", r"pflege|gesundheit|sozial"),
    "hospitality": ("Gastgewerbe und Tourismus", r"gastgewerbe|gastro|hotel|tourismus"),
    "trade": ("Handel", r"handel|einzelhandel|grosshandel"),
    "logistics": ("Logistik und Verkehr", r"logistik|verkehr|transport|spedition"),
    "it": ("IT und Digitales", r"it\b|digital|software|informatik"),
    "media": ("Medien", r"medien|film|bewegtbild"),
    "food": ("Ernährung und Landwirtschaft", r"ernaehrung|lebensmittel|landwirt|agrar|wein"),
    "textiles": ("Textil und Bekleidung", r"textil|bekleidung"),
}
_PATTERNS = {code: re.compile(rf"\b(?:{stems})") for code, (_, stems) in _SECTORS.items()}
_EVERY = re.compile(r"\b(?:branchenuebergreifend|branchenoffen|alle branchen)")

SECTORS = {code: label for code, (label, _) in _SECTORS.items()}
SECTOR_CHOICES = tuple(SECTORS.items())


def is_for_every_sector(text: str) -> bool:
    """Tell whether these words mean all sectors: "branchenübergreifend"."""
    return bool(_EVERY.search(fold(text)))


def sectors_of(text: str) -> list[str]:
    """Return the sectors these words mean, none where they mean all of them or something else."""
    if is_for_every_sector(text):
        return []
    words = fold(text)
    return [code for code, pattern in _PATTERNS.items() if pattern.search(words)]


def sector_names(codes: list[str]) -> list[str]:
    """Return the labels of sectors in the order of the list."""
    return [SECTORS[code] for code in SECTORS if code in codes]
