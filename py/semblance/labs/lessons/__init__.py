"""The lessons: one module each, whose ``LESSON`` the catalogue imports by the module's name.

A module whose name begins with that of a lesson is a part of that lesson: `functions_source`, `poles_classifier`. What
several lessons use is in ``shared/``. `semblance.labs.catalogue` has the order in which lessons are taught.
"""
