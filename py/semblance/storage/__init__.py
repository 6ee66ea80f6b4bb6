"""Code that all stores share, and the store in memory."""
