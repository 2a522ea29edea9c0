"""Lists of people sort by last name (decision 0027): the table of doubtful names, and the rows that existed before."""

import importlib

import pytest
from django.apps import apps

from core.names import person_sort_key
from events.models import Registration
from tests.factories.events import RegistrationFactory
from tests.factories.verbuende import ContactFactory
from verbuende.models import Contact

ANNA = "muller  anna"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Anna Müller", ANNA),
        ("  Anna   MÜLLER ", ANNA),
        ("Müller, Anna", ANNA),
        ("Müller,Anna", ANNA),
        ("Anna Müller,", ANNA),
        ("Anna Maria Müller", "muller  anna maria"),
        # Titles, degrees, salutations: wherever they stand, however they are spaced.
        ("Dr. Anna Müller", ANNA),
        ("Dr.Anna Müller", ANNA),
        ("Müller, Dr. Anna", ANNA),
        ("Frau Prof. Dr. Dr. h. c. mult. Anna Müller", ANNA),
        ("Prof. Dr.-Ing. Anna Müller", ANNA),
        ("Dr. rer. nat. Anna Müller", ANNA),
        ("Dipl.-Ing. (FH) Anna Müller", ANNA),
        ("Anna Müller, M.A.", ANNA),
        ("Anna Müller, M. A.", ANNA),
        ("Anna Müller MA", ANNA),
        ("Anna Müller, LL.M.", ANNA),
        ("Anna Müller, MdB", ANNA),
        ("Anna Müller a. D.", ANNA),
        ("Anna Müller (f-bb)", ANNA),
        ("Anna Müller, geb. Schmidt", ANNA),
        ("Hans Müller jun.", "muller  hans"),
        ("Hans Müller III", "muller  hans"),
        ("Prof. Müller", "muller"),
        # What looks like a title and is a last name.
        ("Yo-Yo Ma", "ma  yo-yo"),
        ("Amartya Sen", "sen  amartya"),
        ("Anna Herr", "herr  anna"),
        ("Herr, Anna", "herr  anna"),
        ("Steffi Graf", "graf  steffi"),
        ("J. R. Müller", "muller  j r"),
        # Particles and ranks come last.
        ("Ursula von der Leyen", "leyen  ursula von der"),
        ("von der Leyen, Ursula", "leyen  ursula von der"),
        ("Von Der Leyen, Ursula", "leyen  ursula von der"),
        ("Karl-Theodor zu Guttenberg", "guttenberg  karl-theodor zu"),
        ("Ludwig van Beethoven", "beethoven  ludwig van"),
        ("Maria De Luca", "luca  maria de"),
        ("De Luca, Maria", "luca  maria de"),
        ("Freiherr vom Stein, Karl", "stein  karl freiherr vom"),
        ("Minh Le", "le  minh"),
        ("Le, Minh", "le  minh"),
        # Letters and signs.
        ("Leif Østergaard", "ostergaard  leif"),
        ("Łukasz Zając", "zajac  lukasz"),
        ("Ayşe Kılıç", "kilic  ayse"),
        ("Seán O’Brien", "obrien  sean"),
        ("Sean O'Brien", "obrien  sean"),
        ("Anna-Lena Groß-Gerau", "gross-gerau  anna-lena"),
        # One word, none, or no name at all.
        ("Madonna", "madonna"),
        ("von", "von"),
        ("Dr.", "dr"),
        ("", ""),
        ("anna.muster@example.org", "anna.muster@example.org"),
        # What the rule cannot know.
        ("Gabriel García Márquez", "marquez  gabriel garcia"),
        ("García Márquez, Gabriel", "garcia marquez  gabriel"),
        ("Anna Müller, Geschäftsführerin", "anna muller  geschaftsfuhrerin"),
    ],
)
def test_the_word_a_name_is_sorted_by(name, key):
    assert person_sort_key(name) == key


def test_people_stand_as_in_a_german_directory():
    names = [
        *(
            "Anna Meier",
            "Zoe Meier",
            "Meier Schulze, Anna",
            "Anna Meier-Adler",
            "Bea Meierhof",
            "Götz von Öhm",
            "Ole Ohm",
        ),
        *("Bernd Straße", "Dr. Anna Strasse", "Ida Zorn"),
    ]

    assert sorted(set(names), key=person_sort_key) == [
        *(
            "Anna Meier",
            "Zoe Meier",
            "Meier Schulze, Anna",
            "Anna Meier-Adler",
            "Bea Meierhof",
            "Götz von Öhm",
            "Ole Ohm",
        ),
        *("Dr. Anna Strasse", "Bernd Straße", "Ida Zorn"),
    ]


def test_the_longest_name_stays_within_its_column():
    assert len(person_sort_key("ß" * 150)) == 150


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("module", "model", "factory"),
    [
        ("events.migrations.0022_people_by_last_name", Registration, RegistrationFactory),
        ("verbuende.migrations.0002_contacts_by_last_name", Contact, ContactFactory),
    ],
)
def test_rows_from_before_are_computed_anew_and_back(module, model, factory, monkeypatch):
    monkeypatch.setattr("core.migrations._people_sorted._AT_ONCE", 2)
    names = ["Dr. Eva von Öhm", "Ole Ohm", "Madonna", "Zoe Meier", "Anna Meier"]
    for name in names:
        factory(name=name, sort_key="anything")
    migration = importlib.import_module(module)

    migration.sort_by_last_name(apps, None)
    assert list(model.objects.values_list("sort_key", flat=True)) == [
        *("madonna", "meier  anna", "meier  zoe", "ohm  eva von", "ohm  ole"),
    ]

    migration.sort_by_first_name(apps, None)
    assert list(model.objects.values_list("sort_key", flat=True)) == [
        *("anna meier", "dr. eva von ohm", "madonna", "ole ohm", "zoe meier"),
    ]
