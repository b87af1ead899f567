"""What an issuer publishes for wallet apps, and the offer that an app reads.

Source: OpenID for Verifiable Credential Issuance 1.0, sections 4.1 (offer), 12.2 (issuer metadata), 12.3 (authorization
server metadata), appendix A.1 (formats of W3C credentials). Nothing binds a credential to a key of the app: who holds a
badge is told by its recipient, so no proof of a key is asked for.
"""

from typing import Any

from credentials.openbadges.contexts import CREDENTIALS_V2, OPEN_BADGES

Json = dict[str, Any]

GRANT = "urn:ietf:params:oauth:grant-type:pre-authorized_code"
LDP, JWT = "OpenBadgeCredential_ldp_vc", "OpenBadgeCredential_jwt_vc_json"
TYPES = ["VerifiableCredential", "OpenBadgeCredential"]
SHOWN: Json = {"display": [{"name": "Badge", "locale": "en"}]}
CONFIGURATIONS: Json = {
    LDP: {
        "format": "ldp_vc",
        "scope": LDP,
        "credential_signing_alg_values_supported": ["eddsa-rdfc-2022"],
        "credential_definition": {"@context": [CREDENTIALS_V2, OPEN_BADGES], "type": TYPES},
        "credential_metadata": SHOWN,
    },
    JWT: {
        "format": "jwt_vc_json",
        "scope": JWT,
        "credential_signing_alg_values_supported": ["RS256"],
        "credential_definition": {"type": TYPES},
        "credential_metadata": SHOWN,
    },
}


def issuer_metadata(site: str, endpoint: str, name: str) -> Json:
    """`/.well-known/openid-credential-issuer` of the site at `site`, whose credential endpoint is `endpoint`."""
    return {
        "credential_issuer": site,
        "credential_endpoint": endpoint,
        "display": [{"name": name, "locale": "en"}],
        "credential_configurations_supported": CONFIGURATIONS,
    }


def server_metadata(site: str, endpoint: str) -> Json:
    """`/.well-known/oauth-authorization-server`: only offers made here, taken by anyone who has code and number."""
    return {
        "issuer": site,
        "token_endpoint": endpoint,
        "grant_types_supported": [GRANT],
        "token_endpoint_auth_methods_supported": ["none"],
        "pre-authorized_grant_anonymous_access_supported": True,
    }


def offer(site: str, code: str, digits: int) -> Json:
    """One badge, in either form, for whoever has the code and types the number."""
    return {
        "credential_issuer": site,
        "credential_configuration_ids": [LDP, JWT],
        "grants": {
            GRANT: {
                "pre-authorized_code": code,
                "tx_code": {
                    "input_mode": "numeric",
                    "length": digits,
                    "description": "The number beside the QR code",
                },
            }
        },
    }
