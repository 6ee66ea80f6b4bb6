"""Vectors, their cosines, and the index that ranks the items of a collection."""
