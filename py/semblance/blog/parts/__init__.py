"""The parts that a site's embedding is divided into, which any machine may compute: see docs/large-sites.md."""
