"""The result of reading a source."""

from __future__ import annotations

from dataclasses import dataclass, field

from semblance.blog.addresses import Base
from semblance.blog.posts import Post
from semblance.documents import Failure


@dataclass(slots=True)
class Reading:
    """The result of reading a source: its posts, and the pages that are none.

    Parameters
    ----------
    posts : list of Post
        In the order of their keys.
    left_out : list of (str, str)
        Files of pages that are no posts, and the reason: a list, a redirect, ``noindex``, ...
    too_short : list of str
        Keys of posts with too few words.
    duplicates : list of (str, str)
        Files of copies, and the key of the post that they repeat.
    problems : list of Failure
        Files that could not be used, and why. The command's exit status shows that there are some.
    stale : list of str
        Files of pages that hold links of an earlier run but are no posts.
    with_links : list of str
        Files of posts that hold links of an earlier run.
    hydrated : list of str
        Files of posts that a script draws again, so that no link written into them would last.
    remarks : list of str
        What an author should know about the site as a whole.
    base : Base
        The address of the site's root.
    """

    posts: list[Post] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    too_short: list[str] = field(default_factory=list)
    duplicates: list[tuple[str, str]] = field(default_factory=list)
    problems: list[Failure] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    with_links: list[str] = field(default_factory=list)
    hydrated: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    base: Base = field(default_factory=Base)
