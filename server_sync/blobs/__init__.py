"""Attachments as ciphertext: taken piece by piece, kept by site, never opened here."""
