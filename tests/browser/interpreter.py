"""Running Python inside the page, in the interpreter that the page itself uses."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page


def python(page: Page, code: str, **data: Any) -> Any:
    """Run Python in the page, with ``data`` as its globals; gives the value of its last expression, as plain data."""
    return page.evaluate(
        """async ([code, data]) => {
            const { interpreter } = await import("./static/js/interpreter.js");
            const pyodide = await interpreter;
            const globals = pyodide.toPy(data);
            const result = await pyodide.runPythonAsync(code, { globals });
            globals.destroy();
            const plain = result?.toJs?.({ dict_converter: Object.fromEntries }) ?? result;
            result?.destroy?.();
            return plain;
        }""",
        [code, data],
    )
