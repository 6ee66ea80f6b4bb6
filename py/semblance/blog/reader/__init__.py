"""The reader's index: files that search a site by words and meaning with no model; see docs/reader-index.md."""
