"""What people write and print: PDF, Word, EPUB, PowerPoint, OpenDocument. Each format has a reader.

They run in a second Python (see `semblance.ingest.apart`), so nothing here is imported before the first such file, and a
browser loads it only then. A reader yields None after each page, chapter or slide, and at last one item.

Pages and slides are parted by `PAGE_BREAK`, as ``pdftotext`` does it. So the place of a passage is known from its offset:
see `semblance.places`.
"""

from semblance.places import PAGE_BREAK

__all__ = ["PAGE_BREAK"]
