"""The developer's side: fetch and verify vendored parts, build models, assemble ``dist/``, serve, test, measure.

Runs on CPython only; nothing here is shipped to the browser.
"""
