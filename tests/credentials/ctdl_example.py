"""One credential with everything that can be said of it, and its CTDL document made by hand."""

import datetime as dt
import uuid
from decimal import Decimal

from credentials.ctdl import Published
from policies.mapping import Aligned, Competency, DefinitionFacts

KEY = uuid.UUID("7d0f5a52-6f0c-4a6e-9d5e-0f3f5a0a1b2c")
SAID = DefinitionFacts(
    title="Wildfire data analysis",
    description="You can read, map and explain fire data.",
    criteria="Pass the project and the oral exam.",
    competencies=[Competency("Map the perimeter of a fire", "Project")],
    skills=["Mapping", "Statistics"],
    for_credit=True,
    credits=Decimal("3.00"),
    workload="135 hours over 6 weeks",
    audience=["Students"],
    stacks_into="Certificate in data science",
    level_values=["undergraduate", "continuing_education"],
    modality_values=["hybrid"],
    assessment_type="Project or portfolio",
    supervision="Supervised, identity not checked",
    quality_assurance="Reviewed each year by the department.",
    prerequisites="A first course in statistics.",
    language_values=["es"],
    hours=135,
    ects=Decimal("4.50"),
    alignments=[
        Aligned("use geographic information systems", "http://data.europa.eu/esco/skill/1", "ESCO", "S5.5.1")
    ],
)
PUBLISHED = Published(
    key=KEY,
    address="https://badges.example/catalogue/wildfire.jsonld",
    page="https://badges.example/catalogue/wildfire/",
    standing="pilot",
    since=dt.date(2026, 9, 1),
    until=dt.date(2029, 8, 10),
    version=2,
    said=SAID,
    owner_name="University of Trials",
    owner_page="https://badges.example/issuers/trials",
    image="https://badges.example/catalogue/wildfire/badge.png",
    approvers=[
        ("Supervisor", "https://badges.example/issuers/trials/bodies/role-supervisor"),
        ("UM Online", "https://badges.example/issuers/trials/bodies/office-online"),
    ],
)
# Its CTID is the UUID of version 5 of its address (RFC 9562: SHA-1 of the URL namespace and the address).
OWNER = {
    "@id": "https://badges.example/issuers/trials",
    "@type": "ceterms:CredentialOrganization",
    "ceterms:ctid": "ce-f6625606-8db0-5ecb-af1d-8698abb5e2c9",
    "ceterms:name": {"en": "University of Trials"},
    "ceterms:subjectWebpage": "https://badges.example/issuers/trials",
}
# By hand, from CTDL's terms and the required properties of its request model.
EXPECTED = {
    "@id": "https://badges.example/catalogue/wildfire.jsonld",
    "@type": "ceterms:MicroCredential",
    "ceterms:ctid": "ce-7d0f5a52-6f0c-4a6e-9d5e-0f3f5a0a1b2c",
    "ceterms:name": {"en": "Wildfire data analysis"},
    "ceterms:description": {"en": "You can read, map and explain fire data."},
    "ceterms:subjectWebpage": "https://badges.example/catalogue/wildfire/",
    "ceterms:credentialStatusType": {
        "@type": "ceterms:CredentialAlignmentObject",
        "ceterms:framework": "https://credreg.net/ctdl/terms/CredentialStatus",
        "ceterms:targetNode": "credentialStat:Probationary",
        "ceterms:targetNodeName": {"en": "Probationary"},
    },
    "ceterms:inLanguage": ["es"],
    "ceterms:ownedBy": [OWNER],
    "ceterms:offeredBy": [OWNER],
    "ceterms:approvedBy": [
        {
            "@id": "https://badges.example/issuers/trials/bodies/role-supervisor",
            "@type": "ceterms:QACredentialOrganization",
            "ceterms:ctid": "ce-fca9e1b4-d8ee-5b3d-a585-da254964a470",
            "ceterms:name": {"en": "Supervisor"},
            "ceterms:subjectWebpage": "https://badges.example/issuers/trials/bodies/role-supervisor",
        },
        {
            "@id": "https://badges.example/issuers/trials/bodies/office-online",
            "@type": "ceterms:QACredentialOrganization",
            "ceterms:ctid": "ce-ea8f8406-2a92-5e5d-bcc8-7c036eb2d011",
            "ceterms:name": {"en": "UM Online"},
            "ceterms:subjectWebpage": "https://badges.example/issuers/trials/bodies/office-online",
        },
    ],
    "ceterms:image": "https://badges.example/catalogue/wildfire/badge.png",
    "ceterms:dateEffective": "2026-09-01",
    "ceterms:expirationDate": "2029-08-10",
    "ceterms:versionIdentifier": [
        {
            "@type": "ceterms:IdentifierValue",
            "ceterms:identifierTypeName": {"en": "Version"},
            "ceterms:identifierValueCode": "2",
        }
    ],
    "ceterms:keyword": {"en": ["Mapping", "Statistics"]},
    "ceterms:audienceType": [
        {"@type": "ceterms:CredentialAlignmentObject", "ceterms:targetNodeName": {"en": "Students"}}
    ],
    "ceterms:audienceLevelType": [
        {
            "@type": "ceterms:CredentialAlignmentObject",
            "ceterms:framework": "https://credreg.net/ctdl/terms/AudienceLevel",
            "ceterms:targetNode": "audLevel:UndergraduateLevel",
            "ceterms:targetNodeName": {"en": "Undergraduate Level"},
        }
    ],
    "ceterms:learningDeliveryType": [
        {
            "@type": "ceterms:CredentialAlignmentObject",
            "ceterms:framework": "https://credreg.net/ctdl/terms/Delivery",
            "ceterms:targetNode": "deliveryType:BlendedDelivery",
            "ceterms:targetNodeName": {"en": "Blended Delivery"},
        }
    ],
    "ceterms:estimatedDuration": [
        {
            "@type": "ceterms:DurationProfile",
            "ceterms:exactDuration": "PT135H",
            "ceterms:description": {"en": "135 hours over 6 weeks"},
        }
    ],
    "ceterms:processStandardsDescription": {"en": "Reviewed each year by the department."},
    "ceterms:requires": [
        {
            "@type": "ceterms:ConditionProfile",
            "ceterms:name": {"en": "Requirements"},
            "ceterms:description": {"en": "Pass the project and the oral exam."},
            "ceterms:creditUnitTypeDescription": {"en": "3 credits, 4.5 ECTS credits"},
            "ceterms:targetCompetency": [
                {
                    "@type": "ceterms:CredentialAlignmentObject",
                    "ceterms:targetNodeName": {"en": "Map the perimeter of a fire"},
                    "ceterms:targetNodeDescription": {"en": "Project"},
                },
                {
                    "@type": "ceterms:CredentialAlignmentObject",
                    "ceterms:frameworkName": {"en": "ESCO"},
                    "ceterms:targetNode": "http://data.europa.eu/esco/skill/1",
                    "ceterms:targetNodeName": {"en": "use geographic information systems"},
                    "ceterms:codedNotation": "S5.5.1",
                },
            ],
            "ceterms:targetAssessment": [
                {
                    "@type": "ceterms:AssessmentProfile",
                    "ceterms:name": {"en": "Assessment"},
                    "ceterms:assessmentMethodDescription": {
                        "en": "Project or portfolio. Supervised, identity not checked"
                    },
                }
            ],
        },
        {
            "@type": "ceterms:ConditionProfile",
            "ceterms:name": {"en": "Prerequisites"},
            "ceterms:description": {"en": "A first course in statistics."},
        },
    ],
    "ceterms:isPreparationFor": [
        {
            "@type": "ceterms:ConditionProfile",
            "ceterms:name": {"en": "Leads to"},
            "ceterms:description": {"en": "Certificate in data science"},
        }
    ],
}
