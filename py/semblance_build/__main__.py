"""Commands behind ``python build.py``."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

from semblance.errors import ModelError
from semblance.parts.arguments import whole_number
from semblance.parts.errors import BuildError
from semblance.parts.paths import DIST
from semblance_build import assemble, server

PORT = 8000


def build(options: argparse.Namespace) -> int:
    """Build ``dist/``."""
    problems = assemble.build(options.wanted, options.models_from)
    for problem in problems:
        print(f"\nA model is missing.\n  {problem}", file=sys.stderr, flush=True)
    return 1 if problems else 0


def serve(options: argparse.Namespace) -> int:
    """Build ``dist/`` and serve it."""
    status = build(options)
    try:
        web = server.make_server([DIST], port=options.port, quiet=False)
    except OSError:  # the port is in use: take another, unless the user named this one
        if options.port != PORT:
            raise BuildError(f"port {options.port} is in use; choose another with --port") from None
        web = server.make_server([DIST], quiet=False)
    print(f"\nSemblance is at http://localhost:{web.server_address[1]}/  (Ctrl+C stops it)\n", flush=True)
    try:
        web.serve_forever()
    except KeyboardInterrupt:
        print("\nstopped")
    return status


def offline(options: argparse.Namespace) -> int:
    """Build ``dist/`` and the edition that opens by double-click, ``dist-offline/``."""
    from semblance_build.offline import Edition

    status = build(options)
    started = time.monotonic()
    folder = DIST.with_name("dist-offline")
    edition = Edition.read(DIST, options.languages)
    edition.write_folder(folder)
    written = [folder.with_suffix(".zip")]
    if options.single_file:
        written.append(folder.with_name("semblance.html"))
        edition.write_single_file(written[-1])
    print(
        f"  dist-offline/ is ready: {assemble.size(folder)}, {time.monotonic() - started:.1f} s", flush=True
    )
    for path in written:
        print(f"  {path.name} is ready: {path.stat().st_size / 1e6:.1f} MB", flush=True)
    return status


def test(options: argparse.Namespace) -> int:
    """Run the tests: all, or those named. What a test needs, such as ``dist/`` or a browser, is made when it asks."""
    from semblance_build import testing

    return testing.run(testing.pytest_arguments(options))


def bench(options: argparse.Namespace) -> int:
    """Build and measure, beside what a user would pick instead."""
    from semblance_build import benchmark

    status = build(options)
    status = benchmark.run(options) or status
    return docs(options) or status if options.docs else status


def soak(options: argparse.Namespace) -> int:
    """Build and try a great many times what must never go wrong."""
    from semblance_build import soak as trials

    return build(options) or trials.run(options)


def check(options: argparse.Namespace) -> int:
    """Lint, types and doctests."""
    from semblance_build import testing

    return testing.check()


def npm(options: argparse.Namespace) -> int:
    """Write the npm package, ``dist-npm/``."""
    from semblance_build import npm as package

    folder = DIST.with_name("dist-npm")
    for name, size in package.write(folder).items():
        print(f"  {name}: {size / 1000:.1f} kB gzipped")
    print("  dist-npm/ is ready")
    return 0


def docs(options: argparse.Namespace) -> int:
    """Write the tables in README.md and ``docs/`` that the code knows, and the wheel's bill of materials."""
    from semblance_build import docs as pages

    for page in pages.write(parser()):
        print(f"wrote {page}")
    return 0


def describe(options: argparse.Namespace) -> int:
    """Write the manifest.json of a model that was put into models/."""
    from semblance.native.models import check_manifest
    from semblance.native.models import describe as describe_folder

    folder = options.folder.resolve()
    target = folder / "manifest.json"
    if target.exists():
        raise BuildError(f"{target} is there already; remove it to have it written anew.")
    overrides = {"dtype": options.dtype, "text_model": options.text_model}
    try:
        manifest = describe_folder(folder, **{key: value for key, value in overrides.items() if value})
    except ModelError as error:
        raise BuildError(str(error)) from None
    target.write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    print(f"wrote {target}")
    try:
        check_manifest(folder)
    except ModelError as error:
        raise BuildError(f"It has to be completed by hand: {error.message}.") from None
    return 0


def parser() -> argparse.ArgumentParser:
    door = argparse.ArgumentParser(prog="build.py", description="Build, serve, test and measure Semblance.")
    commands = door.add_subparsers(dest="command")
    for function in (build, serve, offline, npm, test, bench, soak, check, docs, describe):
        sub = commands.add_parser(function.__name__, help=function.__doc__)
        sub.set_defaults(function=function)
        if function in (build, serve, offline, test, bench, soak):
            sub.add_argument(
                "--with",
                dest="wanted",
                metavar="NAME",
                action="append",
                default=[],
                help="a model of models/ that is taken from a model hub; may be given several times",
            )
            sub.add_argument(
                "--models-from",
                type=Path,
                metavar="DIR",
                help="look for its files here before downloading them",
            )
        if function is serve:
            sub.add_argument(
                "--port",
                metavar="N",
                type=whole_number(0, 65535),
                default=PORT,
                help="where it listens (default: %(default)s)",
            )
        if function is offline:
            sub.add_argument("--single-file", action="store_true", help="write semblance.html too")
            sub.add_argument(
                "--languages",
                metavar="LIST",
                type=lambda names: names.split(","),
                default=[],
                help="add the multilingual model with the words of these languages, such as zh-Hant,ja,th",
            )
        if function is test:
            sub.add_argument("pytest", metavar="OPTION", nargs="*", help="passed to pytest, after --")
            sub.add_argument(
                "--all-engines",
                action="store_true",
                help="fail if Firefox or WebKitGTK can't be had, rather than skip their tests",
            )
        if function is bench:
            sub.add_argument("--json", type=Path, metavar="FILE", help="write all figures as JSON")
            sub.add_argument(
                "--runs",
                metavar="N",
                type=whole_number(1, 1000),
                default=5,
                help="runs of each measurement; medians are reported (default: %(default)s)",
            )
            sub.add_argument(
                "--only",
                nargs="+",
                metavar="PART",
                help="some parts: cold embed topk app photos sizes multilingual fidelity finding languages blog pages"
                " reader reader-languages manual million",
            )
            sub.add_argument(
                "--docs", action="store_true", help="put the table into docs/measurements.md and the README"
            )
        if function is soak:
            sub.add_argument(
                "parts", metavar="PART", nargs="*", help="some parts: inputs assets kills session"
            )
            sub.add_argument(
                "--number",
                metavar="N",
                type=whole_number(1, 1_000_000),
                help="how often each part tries (default: as often as docs/measurements.md says)",
            )
            sub.add_argument(
                "--seed",
                metavar="N",
                type=whole_number(0, 2**31),
                default=1,
                help="what is tried (default: %(default)s)",
            )
            sub.add_argument(
                "--only",
                nargs="+",
                metavar="PATTERN",
                help="of assets: faults of files that match, such as 'static/labs/* cut'",
            )
            sub.add_argument(
                "--engine",
                choices=("chromium", "firefox"),
                metavar="NAME",
                help="of assets: the browser that they are tried in (default: chromium)",
            )
            sub.add_argument(
                "--json", type=Path, metavar="FILE", help="write what went wrong, and all figures"
            )
        if function is describe:
            sub.add_argument("folder", type=Path, metavar="models/NAME", help="the model's folder")
            sub.add_argument("--dtype", metavar="DTYPE", help="which of several, such as q8")
            sub.add_argument(
                "--text-model", metavar="NAME", help="whose vectors an image model's are compared with"
            )
    return door


def parse(words: list[str]) -> argparse.Namespace:
    """What was asked for; without a command it is to build."""
    if not words or (words[0].startswith("-") and words[0] not in ("-h", "--help")):
        words = ["build", *words]
    return parser().parse_args(words)


def main() -> int:
    options = parse(sys.argv[1:])
    try:
        return int(options.function(options))
    except BuildError as error:
        print(f"\nThe build stopped.\n  {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
