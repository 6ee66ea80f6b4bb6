"""The blog kit: read a built site, compute what is related, write the static files that a reader's page loads.

Runs in CPython; `semblance.cli` is its command line. Of this package the browser needs `vectors_file` alone.
"""
