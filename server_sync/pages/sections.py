"""The rooms of the signed-in pages as entries of the head: each room brings its own, the shell knows none of them."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise

from server_sync.pages.access import Standing, standing_of


@dataclass(frozen=True, slots=True)
class Section:
    """One entry of the head: its word, the name of its address, who sees it, how much waits there.

    `also`: how addresses of pages begin that belong to it and do not begin with its own.
    """

    title: Promise
    address: str
    is_open_to: Callable[[Standing], bool]
    waiting: Callable[[Standing], int] | None = None
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """A section as this person sees it on this page."""

    title: str
    href: str
    waiting: int
    is_current: bool


_sections: list[Section] = []


def add_sections(*sections: Section) -> None:
    """Let a room bring its entries, once, when the program starts."""
    _sections.extend(section for section in sections if section not in _sections)


def entries(request: HttpRequest) -> list[Entry]:
    """The entries this person may open; the one to which the page's address belongs is current."""
    standing = standing_of(request)
    if standing is None:
        return []
    opened = [section for section in _sections if section.is_open_to(standing)]
    addresses = [reverse(section.address) for section in opened]
    fitting = [
        href
        for section, href in zip(opened, addresses, strict=True)
        if request.path == href or request.path.startswith((f"{href}/", *section.also))
    ]
    current = max(fitting, key=len, default="")
    return [
        Entry(
            title=str(section.title),
            href=href,
            waiting=section.waiting(standing) if section.waiting else 0,
            is_current=href == current,
        )
        for section, href in zip(opened, addresses, strict=True)
    ]


def first_entry(standing: Standing) -> str | None:
    """The page a person comes to after signing in: the first section open to them."""
    return next((reverse(section.address) for section in _sections if section.is_open_to(standing)), None)
