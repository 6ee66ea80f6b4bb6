"""Adapters for CPython: ONNX Runtime, tokenizers, Pillow and SQLite behind the ports."""
