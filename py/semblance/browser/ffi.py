"""The only door between Python and JavaScript.

No other module imports `js`, `pyodide.ffi` or `pyscript`. Names change from snake_case to camelCase here. An array
crosses as one flat typed array with one copy. JavaScript's errors become classes of `semblance.errors`. Every Python
function that JavaScript holds has an owner (a `Scope`) that destroys its proxy.
"""

from __future__ import annotations

import traceback
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any

import js
import numpy as np
import numpy.typing as npt
from pyodide.ffi import JsException, JsProxy, create_once_callable, create_proxy, jsnull, to_js
from pyscript.js_modules import semblance_bridge

from semblance.errors import SemblanceError, from_message

JsAny = Any  # a JavaScript object, seen from Python

document: JsAny = getattr(js, "document", None)  # a worker has neither
window: JsAny = getattr(js, "window", None)
bridge: JsAny = semblance_bridge
null: JsAny = jsnull
"""JavaScript's ``null``. None becomes ``undefined``."""
threads: int = bridge.threads
"""Threads that WebAssembly may use on this page."""

DOWNLOAD_GRACE_MS = 60_000  # the browser may still be reading the file that is saved


# --- data -------------------------------------------------------------------------------------------


def js_object(value: Any) -> JsAny:
    """Copy dicts, lists and scalars to JavaScript; a dict becomes a plain object, None becomes null."""
    return to_js(value, dict_converter=js.Object.fromEntries)


def typed_array(array: npt.NDArray[Any]) -> JsAny:
    """A copy of an array as a flat typed array of the dtype's type."""
    return to_js(np.ascontiguousarray(array).reshape(-1))


def numpy_array(
    typed: JsAny, dtype: npt.DTypeLike, shape: int | tuple[int, ...] | None = None
) -> npt.NDArray[Any]:
    """Copy a typed array into a new numpy array, with one copy."""
    array = np.empty(typed.length, dtype=dtype)
    if array.size:
        typed.assign_to(array)
    return array if shape is None else array.reshape(shape)


def byte_array(data: bytes) -> JsAny:
    """A Uint8Array of its own memory."""
    return to_js(data)


def array_bytes(typed: JsAny) -> bytes:
    """The bytes of a typed array, copied once."""
    return bytes(typed.to_bytes())


def blob(parts: Iterable[bytes]) -> JsAny:
    """A Blob that is made of these parts."""
    return js.Blob.new(to_js([to_js(part) for part in parts]))


def download(parts: Iterable[bytes], name: str) -> None:
    """Let the browser save a file that is made of these parts."""
    save(blob(parts), name)


def save(file: JsAny, name: str) -> None:
    """Let the browser save a Blob as a file."""
    url = js.URL.createObjectURL(file)
    link = document.createElement("a")
    link.href, link.download = url, name
    link.click()
    js.setTimeout(create_once_callable(lambda: js.URL.revokeObjectURL(url)), DOWNLOAD_GRACE_MS)


async def copy_text(text: str) -> bool:
    """Put a text into the clipboard. Returns whether the browser allowed it."""
    if not has(window.navigator, "clipboard"):  # there is a clipboard only on secure addresses
        return False
    try:
        await window.navigator.clipboard.writeText(text)
    except JsException:
        return False
    return True


def read_tab_storage(name: str) -> str | None:
    """A text that the tab keeps until it is closed; None if it keeps none, or may not keep any."""
    try:
        return or_none(window.sessionStorage.getItem(name))
    except JsException:
        return None


def write_tab_storage(name: str, text: str) -> None:
    """Keep a text in the tab until it is closed, if the browser allows it."""
    with suppress(JsException):
        window.sessionStorage.setItem(name, text)


def is_blob(value: JsAny) -> bool:
    """Whether a value is a Blob or File of JavaScript."""
    return (
        isinstance(value, JsProxy)
        and bool(value.typeof == "object")
        and js.Blob.prototype.isPrototypeOf(value)
    )


async def blob_bytes(blob: JsAny) -> bytes:
    """All bytes of a File or Blob."""
    buffer = await js_call(blob.arrayBuffer())
    return bytes(buffer.to_bytes())


# --- calls and errors -------------------------------------------------------------------------------


async def js_call(promise: Awaitable[JsAny]) -> JsAny:
    """Await a JavaScript promise; a rejection with ``{type, key, values, where}`` becomes a `SemblanceError`."""
    try:
        return await promise
    except JsException as error:
        explained = await _explained(error) if error.name in _OF_SCRIPTS else error
        raise _translate(explained) from error


_OF_SCRIPTS = (
    "RangeError",
    "ReferenceError",
    "TypeError",
)  # what a script throws that is not as it was built


async def _explained(error: JsException) -> JsException:
    """The error of a script that is not as it was built, if an error came through one; else the error itself."""
    if isinstance(getattr(error, "type", None), str) or not has(bridge, "explainedByScripts"):
        return error
    return await bridge.explainedByScripts(error)


def _translate(error: JsException) -> Exception:
    kind = getattr(error, "type", None)
    if isinstance(kind, str):
        values = plain(error.values) if has(error, "values") else {}
        return from_message(
            kind, error.message, getattr(error, "where", ""), getattr(error, "key", ""), values
        )
    if error.name in ("NotReadableError", "NotFoundError"):  # a file that vanished after it was chosen
        return SemblanceError("scripts.vanished")
    return error


def error_message(error: BaseException) -> dict[str, Any]:
    """``{type, key, values, message, where, text, shown}`` of an error, for JavaScript.

    ``message`` says what happened. ``text`` also says where and what to do. Both are English, for programs; ``shown`` is the
    text in the language that users read.
    """
    if isinstance(error, SemblanceError):
        return {
            "type": type(error).__name__,
            "key": error.text.key,
            "values": {name: _crossing(value) for name, value in error.text.values.items()},
            "message": error.message,
            "where": error.where,
            "text": str(error),
            "shown": error.said(),
        }
    message = f"{type(error).__name__}: {error}"
    return {
        "type": "SemblanceError",
        "key": "",
        "values": {},
        "message": message,
        "where": "",
        "text": message,
        "shown": message,
    }


def _crossing(value: object) -> int | float | str:
    """A value of a message as it crosses: a number as itself, for its form in each language, all else as words."""
    return value if isinstance(value, int | float) else str(value)


async def answer(work: Callable[[], Awaitable[str]]) -> JsAny:
    """Python's answer to JavaScript: ``{result}``, the JSON that `work` returns, or ``{error}``, an `error_message`."""
    try:
        return js_object({"result": await work()})
    except Exception as error:
        if not isinstance(error, SemblanceError):
            traceback.print_exc()  # our own mistake: the console tells where
        return js_object({"error": error_message(error)})


# --- functions that JavaScript holds ----------------------------------------------------------------


class Scope:
    """Owner of the proxies that a part of the page gives to JavaScript.

    Examples
    --------
    >>> scope = Scope()
    >>> scope.listen(button, "click", on_click)  # doctest: +SKIP
    >>> scope.close()  # the listener is gone and its proxy destroyed  # doctest: +SKIP
    """

    def __init__(self) -> None:
        self._proxies: list[JsAny] = []
        self._listeners: list[tuple[JsAny, str, JsAny]] = []
        self._observers: list[JsAny] = []

    def function(self, function: Callable[..., Any]) -> JsAny:
        """A JavaScript function that calls ``function``, alive until the scope closes."""
        proxy = create_proxy(function)
        self._proxies.append(proxy)
        return proxy

    def listen(self, target: JsAny, event: str, handler: Callable[[JsAny], Any]) -> None:
        """Call ``handler`` on each event of ``target``."""
        proxy = self.function(handler)
        target.addEventListener(event, proxy)
        self._listeners.append((target, event, proxy))

    def observe(self, target: JsAny, handler: Callable[..., Any]) -> None:
        """Call ``handler`` after each change of what is in ``target``, by whomever."""
        observer = js.MutationObserver.new(self.function(handler))
        observer.observe(target, js_object({"childList": True, "characterData": True, "subtree": True}))
        self._observers.append(observer)

    def close(self) -> None:
        """Remove all listeners and destroy all proxies."""
        for observer in self._observers:
            observer.disconnect()
        for target, event, proxy in self._listeners:
            target.removeEventListener(event, proxy)
        for proxy in self._proxies:
            proxy.destroy()
        self._observers.clear()
        self._listeners.clear()
        self._proxies.clear()

    def __enter__(self) -> Scope:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


def js_list(items: Iterable[Any]) -> JsAny:
    """A JavaScript array of the items."""
    return js_object(list(items))


def or_none(value: JsAny) -> JsAny | None:
    """None for JavaScript's ``null``, which is an object of its own in Pyodide; other values as they are."""
    return None if value is jsnull else value


def has(value: JsAny, name: str) -> bool:
    """Whether a JavaScript object has a property that is neither undefined nor null."""
    return getattr(value, name, None) not in (None, jsnull)


def plain(value: JsAny) -> Any:
    """Copy plain JavaScript data to Python. Blobs and functions inside stay what they are."""
    return value.to_py() if hasattr(value, "to_py") else value


def mapping(value: Mapping[str, Any]) -> JsAny:
    """A JavaScript object whose values are not converted (typed arrays inside stay typed arrays)."""
    return js.Object.fromEntries(to_js([[key, item] for key, item in value.items()]))
