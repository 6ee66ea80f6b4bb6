"""``semblance models``: the encoders that collections may use, and encoders of one's own beside them."""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from pathlib import Path

from semblance import wiring
from semblance.commands.statuses import DONE, Commands
from semblance.errors import ModelError, NameTaken
from semblance.models.names import own_name
from semblance.native.models import check_manifest, describe

_POOLING = ("cls", "mean", "lasttoken", "max", "mean_sqrt_len_tokens", "weightedmean")


def add(commands: Commands) -> None:
    """Add the commands to the parser."""
    parser = commands.add_parser(
        "models", help="List the models that collections may use, add or remove one."
    )
    parser.set_defaults(function=listed)
    actions = parser.add_subparsers(metavar="ACTION")
    listing = actions.add_parser("list", help=listed.__doc__, description=listed.__doc__)
    listing.set_defaults(function=listed)
    adding = actions.add_parser("add", help=add_model.__doc__, description=add_model.__doc__)
    adding.set_defaults(function=add_model)
    adding.add_argument("folder", type=Path, metavar="FOLDER", help="such as sentence-transformers saved")
    adding.add_argument(
        "--name", default="", metavar="NAME", help="what it is called here (default: the folder's name)"
    )
    adding.add_argument(
        "--dtype", default="", metavar="DTYPE", help="which of several exports, such as q8 or fp32"
    )
    adding.add_argument(
        "--pooling",
        choices=_POOLING,
        default="",
        help="where the model's own files say nothing or something else",
    )
    adding.add_argument(
        "--prompt",
        dest="prompts",
        type=_prompt,
        action="append",
        default=[],
        metavar="NAME=TEXT",
        help="what stands before a text, such as 'query=query: '; for query and document, may be given several times",
    )
    exporting = actions.add_parser("export", help=export.__doc__, description=export.__doc__)
    exporting.set_defaults(function=export)
    exporting.add_argument("name", choices=wiring.MODELS_OF_SITE, metavar="NAME", help="its name")
    exporting.add_argument("folder", type=Path, metavar="FOLDER", help="where to; it is made if need be")
    removing = actions.add_parser("remove", help=remove.__doc__, description=remove.__doc__)
    removing.add_argument("name", metavar="NAME", help="its name")
    removing.set_defaults(function=remove)


def _prompt(text: str) -> tuple[str, str]:
    name, equals, prompt = text.partition("=")
    if not name or not equals:
        raise argparse.ArgumentTypeError(f"{text} is not of the form NAME=TEXT")
    return name, prompt


def listed(options: argparse.Namespace) -> int:
    """List the names of the models."""
    for name in (*wiring.MODELS_OF_SITE, *wiring.own_models()):
        print(name)
    return DONE


def add_model(options: argparse.Namespace) -> int:
    """Copy a model from a folder, so that its name can be given instead, and collections that use it find it."""
    source: Path = options.folder
    if not source.is_dir():
        raise ModelError("there is no such folder", where=str(source), remedy="Check the path.")
    name = options.name or source.resolve().name
    _require_free(name)
    wiring.models_dir().mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=wiring.models_dir(), prefix=".") as aside:
        _copy(source, Path(aside) / name, _overrides(options))
        check_manifest(Path(aside) / name)
        (Path(aside) / name).rename(wiring.models_dir() / name)
    print(f"{name}: added; give its name with --model")
    return DONE


def _require_free(name: str) -> None:
    if name in wiring.MODELS_OF_SITE or own_name(name) != name:
        raise NameTaken(
            "a model of Semblance has this name", where=name, remedy="Choose another one with --name."
        )
    if name in wiring.own_models():
        raise NameTaken(
            "there is a model of this name",
            where=name,
            remedy=f"Run: semblance models remove {name}, or name it otherwise.",
        )
    if Path(name).name != name or name.startswith("."):
        raise NameTaken("a model can't have this name", where=name, remedy="Choose another one with --name.")


def _overrides(options: argparse.Namespace) -> dict[str, object]:
    """What the user says of the model, beside what its own files say."""
    given = {"dtype": options.dtype, "pooling": options.pooling, "prompts": dict(options.prompts)}
    return {key: value for key, value in given.items() if value}


def _copy(source: Path, target: Path, overrides: dict[str, object]) -> None:
    """The files that the manifest names, and the manifest; one that is there already is kept, but for the overrides."""
    written = source / "manifest.json"
    if written.is_file() and "dtype" not in overrides:
        manifest = json.loads(written.read_text(encoding="utf-8")) | overrides
    else:
        manifest = describe(source, **overrides)
    manifest["name"] = target.name
    for file in manifest["files"]:
        (target / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / file, target / file)
    (target / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


def export(options: argparse.Namespace) -> int:
    """Write a model of Semblance into a folder for other programs, as sentence-transformers saves one with ONNX."""
    file = wiring.export_model(options.name, options.folder)
    print(f"{options.name}: exported to {file}")
    return DONE


def remove(options: argparse.Namespace) -> int:
    """Remove a model that was added. Collections that use it keep their vectors, but can't be searched without it."""
    if options.name not in wiring.own_models():
        raise ModelError(
            "no model of this name was added",
            where=options.name,
            remedy="semblance models list names those that there are.",
        )
    shutil.rmtree(wiring.models_dir() / options.name)
    print(f"{options.name}: removed")
    return DONE
