"""What the office does: one use case a function, on the store lane, without a window and without a network."""
