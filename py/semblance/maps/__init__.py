"""A collection as a map: where each item lies, which clusters there are, and what they are called: numpy only."""
