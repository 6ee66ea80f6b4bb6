"""The command line, one module a group of commands; `semblance.cli` puts them together.

The words are those of ``llm``: ``embed``, ``embed-multi``, ``similar``, ``collections``, ``cluster``.
"""
