"""The demonstration ends with its figures whichever bodies its requests go to."""

from proving.demo.pages import pages_of


def test_an_answered_case_is_looked_at_by_a_person_of_the_body_that_answered() -> None:
    pages = {page.name: page for page in pages_of("", "/verify", ("ALA-26-A-00001-0000", "officer-ala-1"))}
    assert (pages["officer-case"].who, pages["officer-work"].who) == ("officer-ala-1", "officer-ala-1")
    assert pages["officer-case"].path == "/work/a/ALA-26-A-00001-0000"


def test_without_an_answer_there_is_still_a_list_to_look_at() -> None:
    pages = {page.name: page for page in pages_of("", "/verify", None)}
    assert (pages["officer-case"].path, pages["officer-case"].who) == ("/work", "ministry-1")
