"""What campuses publish about themselves, asked for once: all that a stranger needs to check their badges."""

import json
import re

from django.test import Client

from credentials.openbadges import did
from credentials.openbadges.verify import Resolver
from tests.credentials.openbadges_examples import ORIGIN, serving

NAMES = re.compile(r"did:web:badges\.example\.org:issuers:[a-z0-9_:-]+")


class Published:
    """Of these campuses and of every body named in the texts; every answer may be kept for a minute at most."""

    def __init__(self, slugs, texts):
        self.found = {}
        for name in set(NAMES.findall(" ".join(texts))):
            self.ask(did.did_web_url(name))
        for slug in slugs:
            for key in self.ask(did.jwks_url(ORIGIN, slug))["keys"]:
                self.ask(key["kid"])
            self.ask(did.status_list_url(ORIGIN, slug, 1))

    def ask(self, address):
        answer = Client().get(address.removeprefix(ORIGIN))
        assert (address, answer.status_code, answer["Cache-Control"]) == (address, 200, "public, max-age=60")
        return self.found.setdefault(address, json.loads(answer.content))

    def jwk(self, address):
        """The key of a token, out of the whole set."""
        jwks = self.found[f"{address.partition('/keys/')[0]}/jwks.json"]["keys"]
        return next((key for key in jwks if key["kid"] == address), None)

    def resolver(self):
        """For our own verifier, which then knows nothing else."""
        return Resolver(
            did_document=lambda name: self.found.get(did.did_web_url(name)),
            jwk=self.jwk,
            status_list=self.found.get,
        )

    def serving(self):
        """A loopback server with all of it; gives its address."""
        return serving({address.removeprefix(ORIGIN): body for address, body in self.found.items()})
