"""The blog kit: read a built site, find related posts, write the static files that readers' pages load.

It runs in CPython; `semblance.cli` is its command line. In a reader's browser run `feed`, `ranking`, `vectors_file` and
what they import.
"""
