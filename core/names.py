"""The names of people: by which word German lists sort them, and what beside a name is no name."""

import re

from core.search import KEY_LENGTH, fold_plain

# Two spaces come before one and before a hyphen: "Meier" stands before "Meier Schulze" and "Meier-Adler".
_BETWEEN = "  "
# Letters without a decomposition, which would stand after z.
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"})

_WORDS = re.compile(r"\w+")
# Also ranks of the nobility, which are part of a last name; alone ("Steffi Graf") they are one.
_PARTICLES = frozenset(
    _WORDS.findall(
        "von vom van de del della dei der den dem des di da do dos du la le les lo zu zum zur und auf am im in "
        "ten ter te op af av y e el al bin ibn freiherr freifrau freiin graf grafin prinz prinzessin baron baronin"
    )
)
_SALUTATIONS = frozenset(("herr", "herrn", "frau"))
_TITLES = frozenset(_WORDS.findall("dr prof professor professorin phd mba llm mdb mdl mdep"))
_GENERATIONS = frozenset(_WORDS.findall("jr junior sr senior ii iii iv"))
# Only as they are written here: "Ma" is a name, "MA" and "M.A." are none.
_DEGREES = frozenset(_WORDS.findall("MA BA MSc BSc MEd BEd LLB MPH MdA MdBB"))
# With a full stop only: "h.c.", "rer. nat.", "a. D.", "jun."; "Sen" and "Ing" are last names.
_ABBREVIATED = _TITLES | frozenset(
    _WORDS.findall(
        "dipl ing mag pd hc mult habil rer nat pol oec soc phil med dent vet jur iur theol paed cult sc eh ad ir em "
        "apl ma ba msc bsc bed llb jun sen"
    )
)
_ASIDE = re.compile(r"\([^)]*\)|\[[^]]*\]")
_BORN_AS = re.compile(r"\b(geb|verw|gesch)\.|\b(geborene|geborener|verwitwete|geschiedene)\b", re.IGNORECASE)
_SPACED_INITIAL = re.compile(r"\b(\w\.)\s+(?=\w{1,2}\.)")
_SIGNS = re.compile(r"['’‘`´.]")


def person_sort_key(name: str) -> str:
    """Return the key by which lists of people are sorted: last name, then first names (DIN 5007-1, ä=a, ß=ss).

    "Dr. Ursula von der Leyen" and "von der Leyen, Ursula" stand under L; titles, degrees and salutations do not count,
    particles only behind everything else. Decision 0027 has the rules and what they cannot know.
    """
    family, given = _family_and_given(name)
    while len(family) > 1 and fold_plain(family[0]) in _PARTICLES:
        given.append(family.pop(0))
    return _BETWEEN.join(filter(None, (_folded(family), _folded(given))))[:KEY_LENGTH]


def _family_and_given(name: str) -> tuple[list[str], list[str]]:
    plain = _BORN_AS.split(_ASIDE.sub(" ", name), maxsplit=1)[0]
    parts = [words for part in plain.split(",") if (words := _names_in(part))]
    if not parts:
        return name.split(), []
    if len(parts) > 1:
        return parts[0], [word for part in parts[1:] for word in part]
    return parts[0][-1:], parts[0][:-1]


def _names_in(part: str) -> list[str]:
    """Return the words without what is no name, in their order."""
    words: list[str] = []
    for word in _SPACED_INITIAL.sub(r"\1", part).split():
        # "Dr.Müller" is two words, "M.A." is one, an address is none of ours.
        is_whole = "@" in word or _is_no_name(word)
        words += [word] if is_whole else re.sub(r"\.(?=\w)", ". ", word).split()
    names = [word for word in words if not _is_no_name(word) and re.search(r"\w", word)]
    return names[1:] if len(names) > 1 and fold_plain(names[0]) in _SALUTATIONS else names


def _is_no_name(word: str) -> bool:
    plain = fold_plain(word).rstrip(".")
    if plain in _GENERATIONS or word in _DEGREES:
        return True
    plain = plain.replace(".", "")
    if plain in _TITLES or plain.startswith("dipl-"):
        return True
    return "." in word and all(each in _ABBREVIATED for each in plain.split("-"))


def _folded(words: list[str]) -> str:
    return " ".join(word if "@" in word else _SIGNS.sub("", fold_plain(word).translate(_LETTERS)) for word in words)
