"""Addresses of the catalogue, awards, verification, the wallet and the issuers' published files."""

from django.urls import URLPattern, path

from credentials.views import (
    accepting,
    awards,
    catalogue,
    check,
    claim,
    images,
    issuers,
    pictures,
    sharing,
    short,
    verify,
    wallet,
)

urlpatterns: list[URLPattern] = [
    path("catalogue/", catalogue.catalogue, name="catalogue"),
    path("catalogue/<slug:slug>.jsonld", catalogue.credential_ctdl, name="credential_ctdl"),
    path("catalogue/<slug:slug>/", catalogue.credential, name="credential"),
    path("catalogue/<slug:slug>/badge.png", pictures.badge_image, name="badge_image"),
    path("catalogue/<slug:slug>/badge.svg", pictures.badge_drawing, name="badge_drawing"),
    path("catalogue/<slug:slug>/image/", images.credential_image, name="credential_image"),
    path("verify/", check.verify_any, name="verify_any"),
    path("verify/<str:key>/", verify.verify, name="verify"),
    path("b/<str:code>.svg", short.short_qr, name="short_qr"),
    path("b/<path:code>", short.short, name="short"),
    path("awards/<str:key>", awards.award, name="award"),
    path("achievements/<uuid:key>", issuers.achievement, name="achievement"),
    path("issuers/<slug:slug>", issuers.issuer, name="issuer"),
    path("issuers/<slug:slug>/did.json", issuers.did_document, name="issuer_did"),
    path("issuers/<slug:slug>/jwks.json", issuers.jwks, name="issuer_jwks"),
    path("issuers/<slug:slug>/keys/<slug:kid>.json", issuers.jwk, name="issuer_jwk"),
    path("issuers/<slug:slug>/status/<str:number>.json", issuers.status_list, name="status_list"),
    path("wallet/", wallet.wallet, name="wallet"),
    path("wallet/<uuid:key>/", wallet.badge, name="wallet_badge"),
    path("wallet/<uuid:key>/accept/", accepting.accept, name="badge_accept"),
    path("wallet/<uuid:key>/decline/", accepting.decline, name="badge_decline"),
    path("wallet/<uuid:key>/visibility/", wallet.badge_visibility, name="badge_visibility"),
    path("wallet/<uuid:key>/share/", wallet.badge_share, name="badge_share"),
    path("wallet/links/<uuid:key>/withdraw/", wallet.share_withdraw, name="share_withdraw"),
    path("wallet/<uuid:key>/share/<slug:name>/", sharing.share_to, name="share_to"),
    path("claim/<str:token>/", claim.claim, name="claim"),
    path("s/<str:token>/", wallet.shared, name="share"),
]
