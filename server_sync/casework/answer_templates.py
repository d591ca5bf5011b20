"""Answer templates of a body: written, changed and ended by its officers, put into the draft of an answer."""

from collections.abc import Collection
from dataclasses import replace
from typing import Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from server_sync.casework.access import OFFICERS
from server_sync.casework.acts import AnswerText
from server_sync.casework.models import AnswerTemplate
from server_sync.common.refusals import Refused
from server_sync.pages.access import Standing

TEMPLATES_MOST: Final = 200
"""Of one body, those that are offered."""


def own(standing: Standing) -> QuerySet[AnswerTemplate]:
    """Templates of the person's bodies, the ended ones too."""
    return AnswerTemplate.objects.filter(body_code__in=standing.bodies(*OFFICERS)).select_related("written_by")


def offered(bodies: Collection[str]) -> QuerySet[AnswerTemplate]:
    """Templates that can be put into an answer of these bodies."""
    return AnswerTemplate.objects.filter(body_code__in=bodies, ended_at=None).order_by("name", "id")


def write(standing: Standing, body_code: str, name: str, ky: str, ru: str) -> AnswerTemplate:
    """Write a new template. Raises Refused `not_allowed`, `too_many_templates`."""
    if body_code not in standing.bodies(*OFFICERS):
        raise Refused("not_allowed")
    if offered([body_code]).count() >= TEMPLATES_MOST:
        raise Refused("too_many_templates")
    return AnswerTemplate.objects.create(
        body_code=body_code, name=name, text_ky=ky, text_ru=ru, written_by=standing.person
    )


def change(standing: Standing, template: AnswerTemplate, name: str, ky: str, ru: str, seen_version: int) -> None:
    """Change a template. Raises Refused `template_changed` (a colleague did meanwhile, or ended it)."""
    said = {"name": name, "text_ky": ky, "text_ru": ru, "written_by": standing.person, "changed_at": timezone.now()}
    found = own(standing).filter(pk=template.pk, version=seen_version, ended_at=None)
    if found.update(version=seen_version + 1, **said) != 1:
        raise Refused("template_changed")


def end(standing: Standing, template: AnswerTemplate, seen_version: int) -> None:
    """Offer a template no more; answers that hold its words keep them. Raises Refused `template_changed`."""
    found = own(standing).filter(pk=template.pk, version=seen_version, ended_at=None)
    if found.update(version=seen_version + 1, ended_at=timezone.now(), written_by=standing.person) != 1:
        raise Refused("template_changed")


def put_into(text: AnswerText, body_code: str, template: UUID) -> AnswerText:
    """The text with a template after what is written already. Raises Refused `template_gone`."""
    found = offered([body_code]).filter(pk=template).first()
    if found is None:
        raise Refused("template_gone")
    return replace(text, ky=_after(text.ky, found.text_ky), ru=_after(text.ru, found.text_ru))


def _after(written: str, added: str) -> str:
    return "\n\n".join(part for part in (written.rstrip(), added) if part.strip())
