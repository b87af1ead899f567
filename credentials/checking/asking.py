"""What other issuers publish, asked for while a badge of theirs is checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from credentials.checking.fetching import JSON_TYPES, Fetcher, NotFetched
from credentials.openbadges import did
from credentials.openbadges.parsing import parse_json
from credentials.openbadges.resolving import NotHad, Resolver, host_of

JWK_TYPES = "application/jwk+json, application/jwk-set+json, application/json;q=0.9"
DID_TYPES = "application/did+ld+json, application/did+json, application/json;q=0.9"
LIST_TYPES = "application/vc+ld+json, application/vc+jwt, application/json;q=0.9, text/plain;q=0.8"
MOST_NAMED = 20_000  # badges on a list of revoked ones


def resolver_of_others(fetcher: Fetcher) -> Resolver:
    """Asks hosts by this fetcher. Each function raises NotHad, in words, when it gets no sound answer."""
    asker = Asker(fetcher)
    return Resolver(asker.did_document, asker.jwk, asker.status_list, asker.document)


class Asker:
    """Documents of other issuers, by what names them."""

    def __init__(self, fetcher: Fetcher) -> None:
        self.fetcher = fetcher

    def did_document(self, name: str) -> Mapping[str, Any]:
        """Of a did:web, or of an issuer that is an address."""
        return self._json(self._address(name), DID_TYPES)

    def jwk(self, url: str) -> Mapping[str, Any]:
        """One key, or a set of keys."""
        return self._json(url, JWK_TYPES)

    def status_list(self, url: str) -> str:
        """As it was sent: JSON or a token."""
        try:
            return self._text(url, LIST_TYPES)
        except NotFetched as error:
            raise NotHad(str(error)) from error

    def document(self, url: str) -> Mapping[str, Any]:
        """Whatever else is published as JSON."""
        return self._json(self._address(url))

    def _address(self, name: str) -> str:
        """Where the document of a name is."""
        if not name.startswith("did:"):
            return name
        try:
            url = did.did_web_url(name)
        except ValueError:
            raise NotHad("its issuer has a name of a kind that is not known here") from None
        local = self.fetcher.loopback and urlsplit(url).hostname in ("localhost", "127.0.0.1")
        return url.replace("https://", "http://", 1) if local else url

    def _text(self, url: str, accept: str) -> str:
        """What the host itself answers: one that only leads on to another speaks for nobody."""
        found = self.fetcher.get(url, accept)
        if _bare(host_of(found.url)) != _bare(host_of(url)):
            raise NotFetched(f"{host_of(url)} leads on to another host, {host_of(found.url)}")
        return found.text()

    def _json(self, url: str, accept: str = JSON_TYPES) -> Mapping[str, Any]:
        try:
            text = self._text(url, accept)
            return parse_json(text, longest=MOST_NAMED, most=10 * MOST_NAMED)
        except NotFetched as error:
            raise NotHad(str(error), error.status) from error
        except ValueError as error:
            raise NotHad(f"what stands at {url[:200]} cannot be read: {error}") from error


def _bare(host: str) -> str:
    return host.removeprefix("www.")
