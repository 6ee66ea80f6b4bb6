"""The parts of a site or a blog that are fetched, verified and made at run time: models, vendored files, byte code."""
