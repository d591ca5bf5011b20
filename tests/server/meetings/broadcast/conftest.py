"""A real media server, and people in its rooms who are seen in one colour and heard in one tone."""

from tests.server.meetings.media_server.conftest import media, program

__all__ = ["media", "program"]
