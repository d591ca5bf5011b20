"""Words of the board in its templates."""

from django import template

from server_sync.monitoring import wording

register = template.Library()
register.filter("offset", wording.offset)
