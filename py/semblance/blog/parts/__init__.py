"""The parts that the work on a site is divided into, which any machine may compute: see docs/large-sites.md."""
