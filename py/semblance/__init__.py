"""Semblance: embeddings in the browser, with no server, and on the command line.

The names below are for programs in CPython. Each is imported when it is first asked for, so the browser's start does not
pay for them. Nothing inside the package imports this root; it imports the module that it needs, such as
``semblance.collection``.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from semblance import sql
    from semblance.collection import Collection
    from semblance.documents import Document, ImageBytes
    from semblance.library import Library
    from semblance.native.text_model import TextModel
    from semblance.wiring import open_library

__all__ = ["Collection", "Document", "ImageBytes", "Library", "TextModel", "open_library", "sql"]

_MODULES = {
    "Collection": "collection",
    "Document": "documents",
    "ImageBytes": "documents",
    "Library": "library",
    "TextModel": "native.text_model",
    "open_library": "wiring",
}


def __getattr__(name: str) -> object:
    from importlib import import_module

    if name == "sql":
        return import_module("semblance.sql")
    if name not in _MODULES:
        raise AttributeError(name, name=name)
    return getattr(import_module(f"semblance.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
