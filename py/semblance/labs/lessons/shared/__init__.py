"""Parts that several lessons use."""
