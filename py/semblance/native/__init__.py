"""Adapters for CPython."""
