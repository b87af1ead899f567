"""python -m issuance.sandbox --port N --data DIR [--latency MS]: run the sandbox until it is stopped."""

import argparse
import signal
import sys
from pathlib import Path
from types import FrameType

from issuance.sandbox import credly_hooks
from issuance.sandbox.server import Sandbox
from issuance.sandbox.state import CREDLY_ORGANIZATION, settings_at


def main() -> int:
    """Serve until SIGINT or SIGTERM."""
    options = _options()
    try:
        sandbox = Sandbox(options.data, host=options.host, port=options.port, public_url=options.public_url)
    except OSError as error:
        print(
            f"The sandbox cannot listen on {options.host}:{options.port}: {error.strerror}.", file=sys.stderr
        )
        return 1
    if options.latency is not None:
        sandbox.state.set_switches({"latency_ms": options.latency})
    if options.credly_webhook:
        credly_hooks.set_webhook(sandbox.state, CREDLY_ORGANIZATION, options.credly_webhook)
    signal.signal(signal.SIGTERM, _stop)
    print(f"Sandbox of the platforms on {sandbox.url} (nothing is really issued)")
    for name, value in settings_at(sandbox.url).items():
        print(f"  {name}={value}")
    sys.stdout.flush()
    try:
        sandbox.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        sandbox.stopping.set()
        sandbox.server_close()
        sandbox.state.close()
    return 0


def _stop(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m issuance.sandbox", description="A sandbox of the platforms."
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--data", type=Path, required=True, help="folder that keeps what is held")
    parser.add_argument("--latency", type=int, help="milliseconds before each answer")
    parser.add_argument("--public-url", default="", help="the address that browsers reach it by")
    parser.add_argument("--credly-webhook", default="", help="where Credly's messages about badges go")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
