"""From a JSON-LD document to the canonical N-Quads that a signature covers, with PyLD.

Strict where plain JSON-LD is lenient: a member or type that no context defines would be dropped silently,
hence stay unsigned, so it is refused (as the safe mode of the JavaScript processors does).
Source: JSON-LD 1.1 API; RDF Dataset Canonicalization 1.0.
"""

from threading import RLock
from typing import Any

from pyld import jsonld
from pyld.canon import URDNA2015

from credentials.openbadges.contexts import document_loader

# PyLD shares caches between calls that are not safe to use from two threads at once.
PYLD = RLock()
# Nothing may depend on where a document is: whatever is resolved against this is refused.
BASE = "https://relative.invalid/"
# Telling blank nodes apart that look alike is exponential; honest credentials have few of them.
MOST_WORK = 20_000  # quads looked at
# What PyLD trips over when a stranger's document has another shape than JSON-LD's.
STUMBLES = (TypeError, KeyError, AttributeError, IndexError, RecursionError, ValueError)

Dataset = dict[str, list[dict[str, Any]]]


class RdfError(ValueError):
    """The document is not JSON-LD whose every member is defined, or is too tangled to canonicalise."""


def refuse_dropped(name: str | None) -> None:
    raise RdfError(f"no context defines {name!r}, so a signature would not cover it")


def refuse_relative(node: object) -> None:
    """Refuse undefined types and relative ids, which processors drop or resolve each against a base of its own."""
    if isinstance(node, list):
        for item in node:
            refuse_relative(item)
    elif isinstance(node, dict):
        for name in (node.get("@id"), *listed(node.get("@type"))):
            if isinstance(name, str) and name.startswith(BASE):
                refuse_dropped(name.removeprefix(BASE))
        for value in node.values():
            refuse_relative(value)


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


class StrictProcessor(jsonld.JsonLdProcessor):
    """PyLD's processor that refuses what it would otherwise drop."""

    def expand(self, input_: Any, options: dict[str, Any]) -> Any:
        expanded = super().expand(input_, options)
        refuse_relative(expanded)
        return expanded


class BoundedCanonicaliser(URDNA2015):
    """Gives up on datasets built to make canonicalisation endless."""

    work = 0

    def create_hash_to_related(self, id_: str, issuer: Any) -> Any:
        self.work += len(self.blank_node_info[id_]["quads"])
        if self.work > MOST_WORK:
            raise RdfError("too many of its parts look alike to be told apart")
        return super().create_hash_to_related(id_, issuer)


def dataset(document: dict[str, Any]) -> Dataset:
    """The RDF of a document, in PyLD's shape: graph name -> triples. RdfError when it is unsound JSON-LD."""
    processor = StrictProcessor(on_property_dropped=refuse_dropped)
    with PYLD:
        try:
            return processor.to_rdf(document, {"documentLoader": document_loader, "base": BASE})
        except RdfError:
            raise
        except (jsonld.JsonLdError, *STUMBLES) as error:
            raise RdfError(root_cause(error)) from error


def canonical(document: dict[str, Any]) -> str:
    """Canonical N-Quads of a document (`rdfc-1.0`). RdfError when there are none."""
    rdf = dataset(document)
    try:
        nquads: str = BoundedCanonicaliser().main(rdf, {"format": "application/n-quads"})
    except RecursionError as error:
        raise RdfError("its parts are chained too deeply") from error
    return nquads


def root_cause(error: BaseException) -> str:
    """The innermost reason; PyLD wraps it in general sentences."""
    while error.__cause__ is not None:
        error = error.__cause__
    return str(error).split("\n")[0]
