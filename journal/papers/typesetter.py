"""The typesetter, a process of its own: one job as JSON comes in, the PDF goes out.

It runs in a folder with nothing but the paper's own pictures, and with an empty environment, so that a paper reads no
other file and no hostile text can hold up or bring down the process that asked for it. On failure it ends with 1 and
says why as JSON.
"""

import json
import resource
import sys

import typst

MEMORY = 2 * 1024**3


def main() -> int:
    """Set one paper."""
    job = json.loads(sys.stdin.buffer.read())
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":  # elsewhere the limit is on addresses that are only reserved
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    faces = typst.Fonts(
        include_system_fonts=job["system_fonts"], include_embedded_fonts=False, font_paths=job["fonts"]
    )
    try:
        pdf = typst.compile(
            job["template"].encode(),
            root=".",
            package_path=".",
            package_cache_path=".",
            font_paths=faces,
            sys_inputs={"paper": job["paper"]},
            pdf_standards=["ua-1"],
            timestamp=job["made_at"],
        )
    except typst.TypstError as error:
        sys.stderr.write(json.dumps({"message": error.message, "hints": error.hints}))
        return 1
    sys.stdout.buffer.write(pdf)
    return 0


if __name__ == "__main__":
    sys.exit(main())
