"""Accredible's evidence: each item has an address of its own below its credential."""

from issuance.sandbox.accredible import find, on
from issuance.sandbox.accredible_items import CATEGORIES, shown
from issuance.sandbox.routing import Refusal, Reply, Request


@on("POST", "/v1/credentials/{credential_id}/evidence_items")
def add_evidence(request: Request, credential_id: str) -> Reply:
    """One more item of evidence."""
    item = request.json().get("evidence_item") or {}
    if not item.get("description") or item.get("category") not in CATEGORIES:
        raise Refusal(Reply(422, {"errors": {"evidence_items": ["is invalid"]}}))
    with request.state.step():
        credential = find(request, credential_id)
        added = shown(len(credential["evidence_items"]), item)
        credential["evidence_items"] = [*credential["evidence_items"], added]
        request.state.change_badge("accredible", str(credential["id"]), credential)
    return Reply(200, {"evidence_item": added})


@on("DELETE", "/v1/credentials/{credential_id}/evidence_items/{item_id}")
def drop_evidence(request: Request, credential_id: str, item_id: str) -> Reply:
    """Gone for good; the answer is what was deleted."""
    with request.state.step():
        credential = find(request, credential_id)
        found = [item for item in credential["evidence_items"] if str(item["id"]) == item_id]
        if not found:
            raise Refusal(Reply(404, {"errors": "No Evidence Item with the id given on the credential"}))
        credential["evidence_items"] = [i for i in credential["evidence_items"] if i not in found]
        request.state.change_badge("accredible", str(credential["id"]), credential)
    return Reply(200, {"evidence_item": found[0]})
