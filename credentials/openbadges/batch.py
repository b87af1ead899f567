"""Signing thousands of awards of one achievement, with PyLD as judge of the fast way.

Source: as `proof`; the fast way is `template`.
"""

import datetime as dt
import logging
import secrets
from typing import Any

from credentials.openbadges import rdf
from credentials.openbadges.document import Builder, to_bytes
from credentials.openbadges.facts import AchievementFacts, AwardFacts, IssuerFacts
from credentials.openbadges.keys import IssuerKey
from credentials.openbadges.proof import attach
from credentials.openbadges.rules import moment
from credentials.openbadges.template import Shape, survey

Json = dict[str, Any]

logger = logging.getLogger(__name__)

# Where the parts that all awards share go into the text of one; random, so that no text can pass for them.
MARKS = (secrets.token_hex(16), secrets.token_hex(16))
# A template costs an expansion of its own: worth it from a shape's second document on, and not for ever more
# shapes.
MOST_SHAPES = 64


class TemplateMismatch(RuntimeError):
    """A sampled credential differs from PyLD's canonical form: nothing of this batch may be trusted."""


class BatchSigner:
    """Signs awards of one achievement with one key.

    The first two credentials of each shape are canonicalised by PyLD, and the template must agree with the
    second; a shape where it does not is done by PyLD for good. Every `sample_every`-th made by template is
    compared too; one that differs raises TemplateMismatch.
    """

    def __init__(
        self,
        issuer: IssuerFacts,
        achievement: AchievementFacts,
        key: IssuerKey,
        created: dt.datetime,
        sample_every: int = 2000,
    ) -> None:
        self.builder = Builder(issuer, achievement)
        shared = (self.builder.issuer, self.builder.achievement)
        self.written = [
            (b'"%s"' % mark.encode(), to_bytes(part)) for mark, part in zip(MARKS, shared, strict=True)
        ]
        self.key = key
        self.created = moment("created", created)
        self.sample_every = sample_every
        self.met: set[tuple[object, ...]] = set()
        self.shapes: dict[tuple[object, ...], Shape | None] = {}
        self.seen = 0
        self.by_template = 0

    def sign(self, award: AwardFacts) -> Json:
        """The signed credential. ValueError for what must not be signed."""
        document = self.builder.draft(award)
        return attach(document, self.canonical(document), self.key, self.created)

    def sign_to_bytes(self, award: AwardFacts) -> bytes:
        """The same as it is stored (`to_bytes`); what all awards share is written once."""
        signed = self.sign(award)
        subject = signed["credentialSubject"]
        thin = {"issuer": MARKS[0], "credentialSubject": subject | {"achievement": MARKS[1]}}
        text = to_bytes(signed | thin)
        for mark, part in self.written:
            text = text.replace(mark, part)
        return text

    def canonical(self, document: Json) -> str:
        """Canonical N-Quads, by the shape's template where there is one. ValueError for what must not be signed."""
        texts: list[str] = []
        tokens: list[object] = []
        survey(document, self.builder.shared, texts, tokens)
        self.seen += 1
        shape = self.shapes.get(tuple(tokens))
        if shape is None or not shape.is_sound(texts, self.builder.ids):
            self.builder.check(document)
        nquads = shape.fill(texts) if shape else None
        if nquads is None:
            nquads = rdf.canonical(document)
            self.learn(tuple(tokens), document, texts, nquads)
            return nquads
        self.by_template += 1
        if self.by_template % self.sample_every == 0 and nquads != rdf.canonical(document):
            raise TemplateMismatch(f"the canonical form of {document['id']} is not what PyLD makes of it")
        return nquads

    def learn(self, tokens: tuple[object, ...], document: Json, texts: list[str], nquads: str) -> None:
        """Make the template of a shape when it is met for the second time, if it gives what PyLD gave."""
        if tokens in self.shapes or len(self.shapes) >= MOST_SHAPES:
            return
        if tokens not in self.met:
            self.met.add(tokens)
            return
        shape = Shape(document, self.builder.shared, tokens)
        found = shape.fill(texts)
        if found not in (None, nquads):
            logger.error("credentials shaped as %s are canonicalised by PyLD alone", document["id"])
        self.shapes[tokens] = shape if found in (None, nquads) else None
