"""Says in a few words who answers for a position."""

from django.utils.translation import gettext

from server_sync.officials.directory import Held


def said_of(held: Held, language: str) -> str:
    """Who answers today; empty when nobody is known."""
    if held.acting is not None:
        return gettext("acting: %(name)s") % {"name": held.acting.name.said_in(language)}
    if held.holder is not None:
        return held.holder.name.said_in(language)
    return gettext("vacant") if held.is_vacant else ""
