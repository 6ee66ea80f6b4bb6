"""Adapters for Pyodide: what the core asks for, done by the browser."""
