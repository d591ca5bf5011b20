"""The browser of tests/server/pages."""

from tests.server.pages.test_in_a_browser import chromium, open_page, page

__all__ = ["chromium", "open_page", "page"]
