"""What is fetched, verified and made at run time: models and vendored files."""
