"""The labs. `lesson` defines the parts of a lesson, ``lessons/`` has a file for each, `catalogue` lists them in order.

Labs import the core and `semblance.ports` only, so that they run in the page and in CPython alike. They reach the outside
world through `semblance.labs.tools.Tools`. Their texts are in ``messages/``, in three languages.
"""
