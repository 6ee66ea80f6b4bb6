"""The labs: one file a lesson. `semblance.labs.lesson` says what a lesson is made of, `semblance.labs.catalogue` lists them.

They import the core and `semblance.ports` only, so that they run in the page and in CPython alike; what they need of the
outside world, they get as `semblance.labs.tools.Tools`. Their words are in ``messages/``, in three languages.
"""
