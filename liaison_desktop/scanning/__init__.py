"""Reads pictures of paper: today the QR codes of receipts; no Qt, no camera."""
