"""The renderer, a process of its own: one drawing as JSON comes in, the PNG goes out.

It runs in an empty folder with an empty environment and bounded memory. On failure it ends with 1 and says why.
"""

import json
import resource
import sys
from typing import Any

import typst

MEMORY = 1024**3
PAGE: Any = b"""
#set page(width: 300pt, height: 300pt, margin: 0pt, fill: none)
#image(bytes(sys.inputs.svg), format: "svg", width: 300pt, height: 300pt)
"""


def main() -> int:
    """Draw one drawing."""
    job = json.loads(sys.stdin.buffer.read())
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":  # elsewhere the limit is on addresses that are only reserved
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    none = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[])
    try:
        png = typst.compile(
            PAGE,
            root=".",
            package_path=".",
            package_cache_path=".",
            font_paths=none,
            format="png",
            ppi=job["side"] * 72 / 300,
            sys_inputs={"svg": job["svg"]},
        )
    except typst.TypstError as error:
        sys.stderr.write(error.message)
        return 1
    sys.stdout.buffer.write(png)
    return 0


if __name__ == "__main__":
    sys.exit(main())
