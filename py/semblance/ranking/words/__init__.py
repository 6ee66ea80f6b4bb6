"""Ranking by words: texts become terms, terms become counts, counts become BM25 scores."""
