"""The double-click edition: ``dist/`` packed so that it opens from ``file://``, where only classic scripts can be read.

Every file keeps its path: it lies compressed in a part, and ``static/js/offline/`` serves it from there to the page and
its workers. ``modules`` and ``page`` make the changes that this needs.
"""

from semblance_build.offline.edition import Edition

__all__ = ["Edition"]
