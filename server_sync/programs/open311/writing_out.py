"""Writes an answer as JSON or as XML, as the address's ending says; both say the same."""

import io
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

from django.http import HttpResponse

MEDIA: Final = {"json": "application/json", "xml": "application/xml"}
_SINGULAR: Final = {
    "services": "service",
    "service_requests": "request",
    "attributes": "attribute",
    "values": "value",
    "errors": "error",
    "endpoints": "endpoint",
    "formats": "format",
}
"""What stands in a list is called, in XML."""


def answer_in(form: str, root: str, told: Any, status: int = 200) -> HttpResponse:
    """An answer; in XML it stands in an element `root`."""
    written = json.dumps(told, ensure_ascii=False) if form == "json" else _xml(root, told)
    return HttpResponse(written, status=status, content_type=f"{MEDIA[form]}; charset=utf-8")


def errors_in(form: str, status: int, *words: str) -> HttpResponse:
    """What the standard's programs read when something was refused, each reason by itself."""
    return answer_in(form, "errors", [{"code": status, "description": one} for one in words], status)


def _xml(root: str, told: Any) -> str:
    written = io.StringIO()
    xml = XMLGenerator(written, "utf-8", short_empty_elements=True)
    xml.startDocument()
    _element(xml, root, told)
    xml.endDocument()
    return written.getvalue()


def _element(xml: XMLGenerator, name: str, told: Any) -> None:
    xml.startElement(name, AttributesImpl({}))
    if isinstance(told, Mapping):
        for inner, value in told.items():
            _element(xml, inner, value)
    elif isinstance(told, Sequence) and not isinstance(told, str):
        for value in told:
            _element(xml, _SINGULAR[name], value)
    elif isinstance(told, bool):
        xml.characters("true" if told else "false")
    elif told is not None:
        xml.characters(str(told))
    xml.endElement(name)
