"""Dated, sourced statements about the federal programme and the centre: sources differ, and all of it is past.

Each was read in the public source it names; what a source does not say is not said here.
"""

import datetime as dt
from dataclasses import dataclass

READ_ON = dt.date(2026, 11, 21)


@dataclass(frozen=True)
class Source:
    """A public page, and who published it."""

    publisher: str
    url: str


@dataclass(frozen=True)
class Statement:
    """A figure or a date, what it says, and where that stands."""

    value: str
    text: str
    sources: tuple[Source, ...]
    note: str = ""


BILDUNGSSPIEGEL = Source(
    "bildungsspiegel.de",
    "https://bildungsspiegel.de/news/weiterbildung-bildungspolitik/5526-projekt-aufbau-von-weiterbildungsverbuenden-wird-"
    "ausgeweitet",
)
BMAS = Source(
    "Bundesministerium für Arbeit und Soziales",
    "https://bmas.de/DE/Arbeit/Aus-und-Weiterbildung/Berufliche-Weiterbildung/Weiterbildungsverbuende/"
    "weiterbildungsverbuende.html",
)
DENK_DOCH_MAL = Source(
    "denk-doch-mal.de",
    "https://denk-doch-mal.de/luciole-sauviat-lea-mueller-greifenberg-martin-roggenkamp-wie-kommen-wir-zu-passenden-"
    "betrieblichen-angeboten-reflektionen-zu-dem-ansatz-der-regionalen-weiterbildungsverbuende/",
)
FORUM_WBV = Source("forum wbv", "https://www.forum-wbv.de/effiziente-weiterbildung-im-verbund/")
FORUM_WBV_BW = Source(
    "forum wbv", "https://www.forum-wbv.de/erkenntnisse-aus-den-qualifizierungsverbuenden-in-baden-wuerttemberg/"
)
IG_METALL = Source("IG Metall", "https://wap.igmetall.de/24326.htm")
IWWB = Source(
    "InfoWeb Weiterbildung",
    "https://www.iwwb.de/neuigkeiten/Transformation-der-Fahrzeugindustrie-erfordert-Qualifizierung-meldungen-2143.html",
)
MV = Source(
    "bildungsspiegel.de",
    "https://www.bildungsspiegel.de/news/weiterbildung-bildungspolitik/7949-berufliche-weiterbildungsverbuende-in-"
    "mecklenburg-vorpommern-chancen-anforderungen-und-perspektiven",
)
VHW = Source("vhw", "https://vhw.de/nachricht/bundesprogramm-zum-aufbau-von-weiterbildungsverbuenden-gestartet")

PROJECTS = Statement(
    "53–55",
    "Projekte im Bundesprogramm „Aufbau von Weiterbildungsverbünden“, 2020 bis 2024.",
    (BILDUNGSSPIEGEL, IG_METALL),
    "Die Quellen unterscheiden sich: 55 Förderprojekte nennt die Ankündigung vom Frühjahr 2022, 53 Verbünde der "
    "Rückblick vom 26. März 2025.",
)

PROGRAMME = (
    Statement(
        "1. Juli 2020",
        "Die erste Förderrichtlinie erscheint. Sie setzt eine Vereinbarung der Nationalen Weiterbildungsstrategie um.",
        (VHW, BMAS),
    ),
    Statement(
        "39 Verbünde",
        "werden aus mehr als 80 Skizzen ausgewählt und bis zu 36 Monate gefördert.",
        (FORUM_WBV,),
    ),
    Statement(
        "August 2021",
        "Die zweite Förderrichtlinie richtet sich an die Fahrzeug- und Zulieferindustrie: 15 Verbünde und das "
        "Koordinierungszentrum kommen dazu.",
        (IWWB,),
    ),
    Statement("über 100 Mio. €", "stellt der Bund für beide Richtlinien zusammen bereit.", (IWWB,)),
    PROJECTS,
    Statement(
        "2024", "Das Bundesprogramm endet. Ein Rückblick mit Erkenntnissen erscheint im März 2025.", (IG_METALL,)
    ),
)

AFTERWARDS = (
    Statement(
        "Mecklenburg-Vorpommern",
        "fördert Verbünde mit Mitteln des ESF+ über 24 und weitere 12 Monate und bezahlt ein Verbundmanagement.",
        (MV,),
    ),
    Statement(
        "Baden-Württemberg",
        "zählte im Dezember 2023 26 vom Land geförderte Qualifizierungsverbünde. Sie sind Nachbarn des "
        "Bundesprogramms, keine Projekte daraus.",
        (FORUM_WBV_BW,),
    ),
)

CENTRE_SOURCES = (BILDUNGSSPIEGEL, DENK_DOCH_MAL)
