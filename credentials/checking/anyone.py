"""Anyone's badge: ours by our own rows, without the network; others by what their issuers publish."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from credentials.checking import ours, own_documents
from credentials.checking.asking import resolver_of_others
from credentials.checking.fetching import Fetcher, NotFetched
from credentials.checking.records import check_record, record_in
from credentials.models import Award
from credentials.openbadges.resolving import Resolver, host_of
from credentials.openbadges.verify import Report, check_dates, verify
from credentials.openbadges.verify2 import verify2
from credentials.openbadges.version2 import find

AWARD = re.compile(r"/awards/([0-9a-f-]{36})")


def check_any(
    source: bytes | str | Mapping[str, Any],
    now: dt.datetime,
    recipient: str = "",
    *,
    fetcher: Fetcher | None = None,
) -> Report:
    """What a stranger brings: a file, a text, a token; of Open Badges 3.0 or 2.0, or a learner
    record (CLR 2.0) with any of the former in it. Never raises for bad input.

    Without a fetcher nobody is asked.
    """
    resolver = resolver_of_anyone(fetcher or Fetcher(permit=nobody))
    record = record_in(source)
    if record:
        return check_record(record, resolver, now, recipient, partial(_one_of_many, resolver, now))
    assertion = find(source)
    if assertion:
        return _with_our_word(verify2(assertion, resolver, now, recipient), now)
    return _with_our_word(verify(source, resolver, now, recipient), now)


def _one_of_many(
    resolver: Resolver, now: dt.datetime, credential: dict[str, Any] | str, recipient: str
) -> Report:
    """A credential in a learner record, looked at as if it had been brought alone."""
    return _with_our_word(verify(credential, resolver, now, recipient), now)


def nobody() -> None:
    """Leave to ask nobody."""
    raise NotFetched("other hosts are not asked here")


def resolver_of_anyone(fetcher: Fetcher) -> Resolver:
    """Our own documents from the database, everybody else's from where they are."""
    own, others = ours.resolver(), resolver_of_others(fetcher)

    def chosen(ours: Callable[[str], Any], theirs: Callable[[str], Any]) -> Callable[[str], Any]:
        return lambda name: ours(name) if is_ours(name) else theirs(name)

    return Resolver(
        did_document=chosen(own.did_document, others.did_document),
        jwk=chosen(own.jwk, others.jwk),
        status_list=chosen(own.status_list, others.status_list),
        document=chosen(own_documents.document, others.document),
    )


def is_ours(name: str) -> bool:
    """Whether a DID or an address is of our own origin."""
    return host_of(name) == host_of(settings.ISSUER_ORIGIN)


def _with_our_word(report: Report, now: dt.datetime) -> Report:
    """For an award of ours what its row says counts, since a suspension stands on no published list.

    Its days are told in the campus's time zone, as its own page tells them.
    """
    award = _award_of(report)
    if award is None:
        return report
    local = now.astimezone(ZoneInfo(award.institution.timezone))
    words = {"status": ours.status_check(award.status_on(local.date()))}
    if report.credential and "validFrom" in report.credential:
        words["dates"] = check_dates(report.credential, local)
    return replace(report, checks=tuple(words.get(check.key, check) for check in report.checks))


def _award_of(report: Report) -> Award | None:
    """The award that a sound credential of ours is about."""
    name = report.credential.get("id") if report.credential and report.proved else None
    found = AWARD.search(name) if isinstance(name, str) and is_ours(name) else None
    if found is None:
        return None
    try:
        key = uuid.UUID(found[1])
    except ValueError:
        return None
    return Award.objects.filter(pk=key).select_related("institution").defer("document").first()
