"""The command line: ``semblance site public/``, ``semblance embed-multi notes --files notes '**/*.md'``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from semblance.commands import agents, carry, collections, embed, groups, models, similar, site
from semblance.commands.statuses import FAILED
from semblance.errors import SemblanceError, StaleCollection
from semblance.parts.errors import BuildError
from semblance.version import __version__

INTERRUPTED = 130
GROUPS = (site, embed, similar, collections, groups, carry, models, agents)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; gives its exit status."""
    try:
        options = _options(sys.argv[1:] if arguments is None else arguments)
        return int(options.function(options))
    except StaleCollection as error:
        remedy = f"Run: semblance collections embed-again {error.where}"  # the app's own speaks of its button
        print(f"semblance: {error.where}: {error.message}. {remedy}", file=sys.stderr)
    except (SemblanceError, BuildError) as error:
        print(f"semblance: {error}", file=sys.stderr)
    except BrokenPipeError:  # whoever reads has seen enough, such as `head`
        sys.stderr.close()
        return FAILED
    except OSError as error:
        print(f"semblance: stopped: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        print("\nsemblance: stopped; what was embedded so far is kept", file=sys.stderr)
        return INTERRUPTED
    return FAILED


def parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    parser = argparse.ArgumentParser(
        prog="semblance", description="Embeddings of texts and pictures, with no server: find what is alike."
    )
    parser.add_argument("--version", action="version", version=f"semblance {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for group in GROUPS:
        group.add(commands)
    return parser


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    whole = parser()
    options = whole.parse_args(arguments)
    complete = getattr(options, "complete", None)
    completed: argparse.Namespace = complete(whole, arguments, options) if complete else options
    return completed


if __name__ == "__main__":
    sys.exit(main())
