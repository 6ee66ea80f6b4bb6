"""Ranking: vectors, their cosines, the index in memory, and how cosines are distributed."""
