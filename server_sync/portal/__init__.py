"""Kattar for citizens: published requests, totals, following one's own request, checking a receipt."""
