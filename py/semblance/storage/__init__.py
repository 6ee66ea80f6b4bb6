"""What all stores share, and the one in memory."""
