"""The lessons of the talks and courses that the labs grew out of, and where each is found: in a lab or a room."""

from __future__ import annotations

SOURCES = {
    "willison": (
        "willison-embeddings",
        "willison-related",
        "willison-vibes",
        "willison-collections",
        "willison-code",
        "willison-clip",
        "willison-faucets",
        "willison-clusters",
        "willison-pca",
        "willison-average",
        "willison-rag",
    ),
    "hugging_face": ("hf-token-vectors", "hf-pooling", "hf-cosine", "hf-top-3"),
    "cohere": ("cohere-words", "cohere-sentences", "cohere-articles", "cohere-umap"),
    "words": ("one-hot", "bag-of-words", "tf-idf", "word2vec"),
    "langchain": ("langchain-embeddings", "langchain-cache"),
}
"""The lessons of each talk or course, in its order; their titles are in ``frame.toml`` under ``seeds``."""

PLACES = {
    "willison-embeddings": ("embedding",),
    "willison-related": ("related", "kit", "sql"),
    "willison-vibes": ("search",),
    "willison-collections": ("collections", "sql"),
    "willison-code": ("functions",),
    "willison-clip": ("pictures", "compare"),
    "willison-faucets": ("search", "pictures"),
    "willison-clusters": ("clusters",),
    "willison-pca": ("maps",),
    "willison-average": ("poles",),
    "willison-rag": ("retrieval",),
    "hf-token-vectors": ("tokens",),
    "hf-pooling": ("tokens",),
    "hf-cosine": ("cosine",),
    "hf-top-3": ("answers",),
    "cohere-words": ("maps", "analogies"),
    "cohere-sentences": ("answers", "maps"),
    "cohere-articles": ("maps", "clusters"),
    "cohere-umap": ("maps",),
    "one-hot": ("counting",),
    "bag-of-words": ("counting",),
    "tf-idf": ("counting",),
    "word2vec": ("analogies",),
    "langchain-embeddings": ("caching",),
    "langchain-cache": ("caching",),
}
"""The places where each lesson is found, best place first: names of lessons, rooms of the app, or the kit for blogs."""
