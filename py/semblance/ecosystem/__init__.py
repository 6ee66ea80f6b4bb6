"""At home in other programs: one module a framework, the only one that imports it.

Each is a composition root, as the command line is: it wires encoders and stores for a program that calls it.
"""
