"""Posts that repeat another one: a list shows one of them."""

from __future__ import annotations

from collections.abc import Sequence

from semblance.blog.posts import Post
from semblance.blog.shingles import Shingles, numbers, resemblance, shingles

SAME = 0.9
"""The share of runs of words that two texts have in common from which on they are the same.

Among 577 posts of a programming blog no two come near: posts from one template share less than half.
"""


class Repetitions:
    """Tells posts that say the same.

    Parameters
    ----------
    posts : sequence of Post
    """

    def __init__(self, posts: Sequence[Post]) -> None:
        self._posts = posts
        self._shingles: dict[int, Shingles] = {}

    def same(self, one: int, other: int) -> bool:
        """Whether two posts, by their rows, say the same.

        Parts of a series that is told apart by numbers are never the same, however much of their text is.
        """
        if numbers(self._posts[one].title) != numbers(self._posts[other].title):
            return False
        return resemblance(self._of(one), self._of(other)) >= SAME

    def _of(self, row: int) -> Shingles:
        if row not in self._shingles:
            self._shingles[row] = shingles(self._posts[row].content)
        return self._shingles[row]
