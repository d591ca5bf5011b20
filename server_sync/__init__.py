"""The central kattar server."""
