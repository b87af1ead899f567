"""`catalogue_search`: the 95th percentile in milliseconds of searching and filtering among 5,000 credentials.

The slowest of the questions counts, each beside a one-query view of equal size asked in turn.
"""

from __future__ import annotations

import datetime as dt
import random
import uuid
from typing import TYPE_CHECKING

from django.db import connection, transaction

from accounts.actions import institutions
from accounts.models import Institution, Unit
from credentials.actions import indexing
from credentials.models import CatalogueEntry, Definition, DefinitionVersion, Standing
from desk.bench.bulk import Pile
from desk.bench.pages import Door, slowest
from desk.bench.verify import server
from journal import clock
from policies.loader import packs

if TYPE_CHECKING:
    from desk.bench.figures import Figure

DEFINITIONS = 5_000
MOST_MS = 200.0
UNITS = 40
START = dt.date(2026, 1, 5)
SYLLABLES = (
    "ba",
    "cor",
    "dem",
    "fi",
    "gra",
    "hol",
    "ki",
    "lan",
    "mer",
    "nos",
    "pra",
    "qui",
    "ros",
    "sta",
    "tur",
    "vel",
)
LEVELS = ("Undergraduate", "Graduate", "Continuing education")
WAYS = ("Online", "In person", "Hybrid")
AUDIENCE = ("Students", "Staff", "Alumni", "Working professionals")
QUESTIONS = {
    "all": "",
    "a word": "?q={word}",
    "two words and a filter": "?q={word}+{other}&level=Graduate",
    "while it is typed": "?q={word}+{begun}",
    "mistyped": "?q={slip}",
    "four filters": "?level=Graduate&modality=Online&credit=Without+credit&audience=Students",
    "by title, the last page": "?sort=title&page=9999",
}


def measure(n: int, definitions: int = DEFINITIONS) -> list[Figure]:
    """Each question is asked n times, one request after another, of a web server as it is run."""
    words = _build(definitions)
    _settle()
    pages = {name: ("", path) for name, path in questions(words).items()}
    with server() as port:
        return [slowest("catalogue_search", Door(port), pages, n, MOST_MS)]


def questions(words: list[str]) -> dict[str, str]:
    """What is asked, as addresses."""
    word, other = words[100], words[60]  # one in eight credentials has the first
    blanks = {"word": word, "other": other, "begun": other[:3], "slip": word[:-2] + word[-1] + word[-2]}
    return {name: f"/catalogue/{query.format(**blanks)}" for name, query in QUESTIONS.items()}


def _build(number: int) -> list[str]:
    """So many credentials of a campus of its own, and the words that occur in them, the most frequent first."""
    draw, pack = random.Random(7), packs()["model"]
    campus = institutions.found(pack=pack, name=f"Bench {uuid.uuid4().hex[:8]}")
    units = [Unit.objects.create(institution=campus, name=f"Department {n}") for n in range(UNITS)]
    words = ["".join(draw.choices(SYLLABLES, k=3)) for _ in range(3000)]
    weights = [1 / (rank + 1) for rank in range(len(words))]  # as words of a language are distributed
    pile = Pile()
    for place in range(number):
        drawn = draw.choices(words, weights, k=120)
        _one(pile, campus, units[place % UNITS], drawn, place)
    with transaction.atomic():  # each names the other
        pile.store(Definition, DefinitionVersion)
    indexing.tend()
    return words


def _settle() -> None:
    """Clean up as the database does by itself soon after."""
    with connection.cursor() as cursor:
        for model in (Definition, DefinitionVersion, CatalogueEntry):
            cursor.execute(f"VACUUM (ANALYZE) {connection.ops.quote_name(model._meta.db_table)}")


def _one(pile: Pile, campus: Institution, unit: Unit, words: list[str], place: int) -> None:
    version = DefinitionVersion(
        number=1, title=" ".join(words[:4]).capitalize(), description=" ".join(words[4:60]),
        criteria=" ".join(words[60:100]), competencies=[{"name": " ".join(words[100:106]), "assessment": "Exam"}],
        skills=[words[110], words[111], words[112]], level=LEVELS[place % 3], modality=WAYS[place % 2],
        workload=f"{5 + place % 90} hours", audience=[AUDIENCE[place % 4]], policy=campus.policy,
        proposal_id=uuid.uuid4(), revision_hash="0" * 64, approved_on=START,
    )  # fmt: skip
    definition = Definition(
        institution=campus, unit=unit, slug=f"{campus.slug}-{place}", type=campus.policy.pack.types[0].id,
        standing=Standing.ESTABLISHED, standing_since=START, created_at=clock.now(), current_id=version.pk,
    )  # fmt: skip
    version.definition = definition
    pile.add(definition, version)
