"""Texts of rows that stand in three columns, one for each language."""

from typing import Final

from django.db import models
from django.utils.translation import get_language

_LANGUAGES: Final = ("ky", "ru", "en")


def said(row: models.Model, column: str) -> str:
    """A text of a row in the language of this moment, or in the first that it has."""
    languages = (get_language() or _LANGUAGES[0], *_LANGUAGES)
    texts = (str(getattr(row, f"{column}_{one}", "")) for one in languages)
    return next((text for text in texts if text), "")
