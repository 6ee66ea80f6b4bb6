"""Commands behind ``python build.py``."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from semblance.build import assemble, server
from semblance.build.errors import BuildError
from semblance.build.paths import DIST

PORT = 8000


def build(options: argparse.Namespace) -> int:
    """Build ``dist/``."""
    started = time.monotonic()
    print("Building dist/", flush=True)
    assemble.assemble()
    size = sum(path.stat().st_size for path in DIST.rglob("*") if path.is_file())
    print(f"  dist/ is ready: {size / 1e6:.1f} MB, {time.monotonic() - started:.1f} s", flush=True)
    return 0


def serve(options: argparse.Namespace) -> int:
    """Build ``dist/`` and serve it."""
    build(options)
    try:
        web = server.make_server([DIST], port=options.port, quiet=False)
    except OSError:  # taken: any other will do, unless this one was asked for
        if options.port != PORT:
            raise BuildError(f"port {options.port} is in use; choose another with --port") from None
        web = server.make_server([DIST], quiet=False)
    print(f"\nSemblance is at http://localhost:{web.server_address[1]}/  (Ctrl+C stops it)\n", flush=True)
    try:
        web.serve_forever()
    except KeyboardInterrupt:
        print("\nstopped")
    return 0


def test(options: argparse.Namespace) -> int:
    """Build and run all tests."""
    from semblance.build import testing

    build(options)
    return testing.run(options.pytest)


def bench(options: argparse.Namespace) -> int:
    """Build and measure, beside what a user would pick instead."""
    from semblance.build import benchmark

    build(options)
    return benchmark.run(options)


def check(options: argparse.Namespace) -> int:
    """Lint, types and doctests."""
    from semblance.build import testing

    return testing.check()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="build.py", description="Build, serve, test and measure Semblance.")
    commands = parser.add_subparsers(dest="command")
    for function in (build, serve, test, bench, check):
        sub = commands.add_parser(function.__name__, help=function.__doc__)
        sub.set_defaults(function=function)
        if function is serve:
            sub.add_argument("--port", type=int, default=PORT)
        if function is test:
            sub.add_argument("pytest", nargs="*", help="passed to pytest, after --")
        if function is bench:
            sub.add_argument("--json", type=Path, metavar="FILE", help="write all figures as JSON")
            sub.add_argument(
                "--runs", type=int, default=5, help="runs of each measurement; medians are reported"
            )
            sub.add_argument(
                "--only", nargs="+", metavar="PART", help="some parts: cold embed topk app sizes fidelity"
            )
            sub.add_argument("--readme", action="store_true", help="put the table into the README")
    parser.set_defaults(function=build)
    return parser


def main() -> int:
    options = _parser().parse_args()
    try:
        return int(options.function(options))
    except BuildError as error:
        print(f"\nThe build stopped.\n  {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
