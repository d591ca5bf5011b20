"""What the office works with, as plain values; no Qt, no store, no network."""
