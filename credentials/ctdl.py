"""A credential in the words of CTDL, the Credential Transparency Description Language, as JSON-LD. Pure.

The context stands in the document itself, so that nobody has to fetch anything to read it. Source: Credential Engine,
CTDL terms (https://credreg.net/ctdl/terms): the required properties are the type, CTID, name, description, subject
web page, status type, owner and language.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.utils.encoding import iri_to_uri

from credentials.openbadges.pruning import pruned
from policies.engine import DefinitionFacts
from policies.mapping import Aligned

Json = dict[str, Any]

TERMS = "https://credreg.net/ctdl/terms/"
CONTEXT: Json = {
    "ceterms": "https://purl.org/ctdl/terms/",
    "credentialStat": "https://credreg.net/ctdl/vocabs/credentialStat/",
    "audLevel": "https://credreg.net/ctdl/vocabs/audLevel/",
    "deliveryType": "https://credreg.net/ctdl/vocabs/deliveryType/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    **{
        f"ceterms:{name}": {"@type": "@id"}
        for name in (
            "subjectWebpage",
            "image",
            "framework",
            "targetNode",
            "ownedBy",
            "offeredBy",
            "approvedBy",
            "hasPart",
            "isPartOf",
            "targetCredential",
        )
    },
    **{f"ceterms:{name}": {"@type": "xsd:date"} for name in ("dateEffective", "expirationDate")},
    **{
        f"ceterms:{name}": {"@container": "@language"}
        for name in (
            "name",
            "description",
            "keyword",
            "frameworkName",
            "targetNodeName",
            "targetNodeDescription",
            "identifierTypeName",
            "assessmentMethodDescription",
            "processStandardsDescription",
            "creditUnitTypeDescription",
        )
    },
}
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?")
# Our standings as CTDL's status types; a pilot is offered on probation.
STATUS = {
    "pilot": "Probationary",
    "established": "Active",
    "suspended": "Suspended",
    "teach_out": "TeachOut",
    "lapsed": "Deprecated",
    "retired": "Deprecated",
}
LEVELS = {
    "short_cycle": ("AssociatesDegreeLevel", "Associates Degree Level"),
    "undergraduate": ("UndergraduateLevel", "Undergraduate Level"),
    "graduate": ("GraduateLevel", "Graduate Level"),
    "doctoral": ("DoctoralDegreeLevel", "Doctoral Degree Level"),
}
DELIVERY = {
    "online": ("OnlineOnly", "Online Only"),
    "in_person": ("InPerson", "In Person"),
    "hybrid": ("BlendedDelivery", "Blended Delivery"),
}


@dataclass(frozen=True, kw_only=True)
class Published:
    """What is published of one definition: its addresses, what was approved, who owns and who approved it.

    `language` is the campus's usual one, in which the texts are written. `approvers` are bodies and offices, each with its
    page. Of a stack `groups` are its rules in words, each with the addresses of its parts; `part_of` are the stacks' addresses.
    """

    key: uuid.UUID
    address: str
    page: str
    standing: str
    since: dt.date
    until: dt.date | None = None
    version: int
    said: DefinitionFacts
    language: str = "en"
    owner_name: str
    owner_page: str
    image: str = ""
    approvers: list[tuple[str, str]] = field(default_factory=list)
    groups: list[tuple[str, list[str]]] = field(default_factory=list)
    part_of: list[str] = field(default_factory=list)


def document(one: Published) -> Json:
    """The whole description. Properties without a value are left out."""
    said, tag = one.said, one.language
    taught = [value for value in said.language_values if LANGUAGE.fullmatch(value)]
    return pruned(
        {
            "@context": CONTEXT,
            "@id": one.address,
            "@type": "ceterms:MicroCredential",
            "ceterms:ctid": ctid(one.key),
            "ceterms:name": {tag: said.title},
            "ceterms:description": {tag: _at_least_15(said)},
            "ceterms:subjectWebpage": one.page,
            "ceterms:credentialStatusType": _status(one.standing),
            "ceterms:inLanguage": taught or [tag],
            "ceterms:ownedBy": [_owner(one)],
            "ceterms:offeredBy": [_owner(one)],
            "ceterms:approvedBy": [_approver(name, page, tag) for name, page in one.approvers],
            "ceterms:image": one.image,
            "ceterms:dateEffective": one.since.isoformat(),
            "ceterms:expirationDate": one.until.isoformat() if one.until else "",
            "ceterms:versionIdentifier": [_version(one.version)],
            "ceterms:keyword": {tag: said.skills} if said.skills else {},
            "ceterms:audienceType": [_named(label, tag) for label in said.audience],
            "ceterms:audienceLevelType": _listed("AudienceLevel", "audLevel", LEVELS, said.level_values),
            "ceterms:learningDeliveryType": _listed(
                "Delivery", "deliveryType", DELIVERY, said.modality_values
            ),
            "ceterms:estimatedDuration": _duration(said, tag),
            "ceterms:processStandardsDescription": _text(said.quality_assurance, tag),
            "ceterms:requires": [*_conditions(said, tag), *_of_stack(one)],
            "ceterms:hasPart": [address for _, parts in one.groups for address in parts],
            "ceterms:isPartOf": one.part_of,
            "ceterms:isPreparationFor": _profile("Leads to", said.stacks_into, tag),
        }
    )


def ctid(key: uuid.UUID) -> str:
    """The identifier in CTDL's form; it never changes, since the definition's own id never does."""
    return f"ce-{key}"


def owner_ctid(page: str) -> str:
    """The identifier of an organisation, made from its own address."""
    return ctid(uuid.uuid5(uuid.NAMESPACE_URL, page))


def _at_least_15(said: DefinitionFacts) -> str:
    """The description; one too short for CTDL, which asks for 15 characters, begins with the title."""
    return said.description if len(said.description) >= 15 else f"{said.title}: {said.description}"


def _text(text: str, tag: str) -> Json:
    return {tag: text} if text else {}


def _owner(one: Published) -> Json:
    return {
        "@id": one.owner_page,
        "@type": "ceterms:CredentialOrganization",
        "ceterms:ctid": owner_ctid(one.owner_page),
        "ceterms:name": {one.language: one.owner_name},
        "ceterms:subjectWebpage": one.owner_page,
    }


def _approver(name: str, page: str, tag: str) -> Json:
    return {
        "@id": page,
        "@type": "ceterms:QACredentialOrganization",
        "ceterms:ctid": owner_ctid(page),
        "ceterms:name": {tag: name},
        "ceterms:subjectWebpage": page,
    }


def _version(number: int) -> Json:
    return {
        "@type": "ceterms:IdentifierValue",
        "ceterms:identifierTypeName": {"en": "Version"},
        "ceterms:identifierValueCode": str(number),
    }


def _status(standing: str) -> Json:
    name = STATUS[standing]
    return _term("CredentialStatus", f"credentialStat:{name}", "Teach Out" if name == "TeachOut" else name)


def _term(framework: str, node: str, name: str) -> Json:
    """A term of one of CTDL's own vocabularies."""
    return {
        "@type": "ceterms:CredentialAlignmentObject",
        "ceterms:framework": f"{TERMS}{framework}",
        "ceterms:targetNode": node,
        "ceterms:targetNodeName": {"en": name},
    }


def _listed(framework: str, prefix: str, terms: dict[str, tuple[str, str]], values: list[str]) -> list[Json]:
    """The terms for the values that the vocabulary has; the others have no place there."""
    found = [terms[value] for value in values if value in terms]
    return [_term(framework, f"{prefix}:{node}", name) for node, name in found]


def _named(name: str, tag: str, says: str = "") -> Json:
    return pruned(
        {
            "@type": "ceterms:CredentialAlignmentObject",
            "ceterms:targetNodeName": {tag: name},
            "ceterms:targetNodeDescription": _text(says, tag),
        }
    )


def _aligned(one: Aligned, tag: str) -> Json:
    """A skill or standard of a framework elsewhere."""
    where = {"ceterms:targetNode": iri_to_uri(one.url), "ceterms:codedNotation": one.code}
    return _named(one.name, tag) | pruned(where | {"ceterms:frameworkName": _text(one.framework, tag)})


def _duration(said: DefinitionFacts, tag: str) -> list[Json]:
    if not (said.hours or said.workload):
        return []
    profile = {
        "@type": "ceterms:DurationProfile",
        "ceterms:exactDuration": f"PT{said.hours}H" if said.hours else "",
        "ceterms:description": _text(said.workload, tag),
    }
    return [pruned(profile)]


def _profile(name: str, says: str, tag: str) -> list[Json]:
    if not says:
        return []
    return [
        {
            "@type": "ceterms:ConditionProfile",
            "ceterms:name": {"en": name},
            "ceterms:description": {tag: says},
        }
    ]


def _conditions(said: DefinitionFacts, tag: str) -> list[Json]:
    """What a learner must show, and what is needed to enrol."""
    assessment = [part for part in (said.assessment_type, said.supervision) if part]
    requirements: Json = {
        "@type": "ceterms:ConditionProfile",
        "ceterms:name": {"en": "Requirements"},
        "ceterms:description": _text(said.criteria, tag),
        "ceterms:creditUnitTypeDescription": _text(_credits(said), tag),
        "ceterms:targetCompetency": [
            *(_named(one.name, tag, one.assessment) for one in said.competencies),
            *(_aligned(one, tag) for one in said.alignments),
        ],
        "ceterms:targetAssessment": [_assessment(assessment, tag)] if assessment else [],
    }
    return [pruned(requirements), *_profile("Prerequisites", said.prerequisites, tag)]


def _of_stack(one: Published) -> list[Json]:
    """What a stack asks for, group by group: the rule in words and the credentials that it is about."""
    return [
        {
            "@type": "ceterms:ConditionProfile",
            "ceterms:name": {"en": "Parts"},
            "ceterms:description": {"en": rule},
            "ceterms:targetCredential": parts,
        }
        for rule, parts in one.groups
    ]


def _credits(said: DefinitionFacts) -> str:
    parts = [f"{said.credits.normalize():f} credits"] if said.for_credit and said.credits else []
    parts += [f"{said.ects.normalize():f} ECTS credits"] if said.ects else []
    return ", ".join(parts)


def _assessment(parts: list[str], tag: str) -> Json:
    return {
        "@type": "ceterms:AssessmentProfile",
        "ceterms:name": {"en": "Assessment"},
        "ceterms:assessmentMethodDescription": {tag: ". ".join(parts)},
    }
