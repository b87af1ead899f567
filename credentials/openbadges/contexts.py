"""The JSON-LD contexts that a credential may name, read from the data files of `openbadgeslib`.

A context decides what a signature covers, so each file is pinned by its SHA-256 and nothing is ever fetched.
The package itself is not imported: only its data files are read.
"""

import hashlib
import importlib.util
import json
from functools import cache
from pathlib import Path
from typing import Any

CREDENTIALS_V2 = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
OPEN_BADGES_ANY = "https://purl.imsglobal.org/spec/ob/v3p0/context.json"
OPEN_BADGES_OLDER = (
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json",
)
EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
LEARNER_RECORD = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"

FILE_303 = ("ob-v3p0-context-3.0.3.json", "3d34f4d4ef1bce691106e63798beb5e7b862ba841423f5ee1e53ab7ddf3bca84")
FILES = {
    CREDENTIALS_V2: (
        "credentials-v2.json",
        "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734",
    ),
    OPEN_BADGES: FILE_303,
    # The unversioned address moves; credentials that name it are read with the newest pinned content.
    OPEN_BADGES_ANY: FILE_303,
    OPEN_BADGES_OLDER[0]: (
        "ob-v3p0-context-3.0.2.json",
        "00666ad080ba407687ed1846b7f5e7495f5019042b202a727de47c48a1755c53",
    ),
    OPEN_BADGES_OLDER[1]: (
        "ob-v3p0-context-3.0.1.json",
        "5f3d9dd6288ef437ff8286cf95ffbff609c748a66f24a1e9450c45ca64be1571",
    ),
    EXTENSIONS: (
        "ob-v3p0-extensions.json",
        "87c06c81bc2317663bf288d740d94fddd2818c4342b186270ff6371dfaa63f93",
    ),
    LEARNER_RECORD: (
        "clr_context_2.0.1.json",
        "880f1902d4158f2f33ce06af41b90719977cd1ea337a9de2e41edb3ff5e543d6",
    ),
}


class ContextError(ValueError):
    """A context is not one of the bundled ones, or its file is not the pinned one."""


def folder() -> Path:
    """Where the installed package keeps the files; found without running the package."""
    spec = importlib.util.find_spec("openbadgeslib")
    if spec is None or not spec.submodule_search_locations:
        raise ContextError("openbadgeslib is not installed; its JSON-LD contexts are needed")
    return Path(spec.submodule_search_locations[0]) / "ob3" / "contexts"


@cache
def load(url: str) -> dict[str, Any]:
    """The context document at `url`; ContextError for any other address or another content."""
    if url not in FILES:
        raise ContextError(f"{url} is not one of the contexts known here")
    name, digest = FILES[url]
    data = (folder() / name).read_bytes()
    if hashlib.sha256(data).hexdigest() != digest:
        raise ContextError(f"the file {name} is not the one that was pinned for {url}")
    document: dict[str, Any] = json.loads(data)
    return document


def document_loader(url: str, options: dict[str, Any] | None = None) -> dict[str, Any]:
    """PyLD's document loader. The tag lets PyLD keep the processed context, which never changes."""
    return {"contextUrl": None, "documentUrl": url, "document": load(url), "tag": "static"}
