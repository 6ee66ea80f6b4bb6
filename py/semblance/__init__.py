"""Semblance: embeddings in the browser, with no server.

Nothing inside the package imports this root; import the module you need, for example
``semblance.collection``.
"""
