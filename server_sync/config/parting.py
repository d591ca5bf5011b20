"""Says `Connection: close` in every answer after which the connection cannot go on."""

from collections.abc import Iterable
from typing import Any, Protocol


class Application(Protocol):
    """A WSGI application."""

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]: ...


def parting_in_words(application: Application) -> Application:
    """Wrap an application: what it left of a request unread cannot be told from the beginning of another.

    The loop ends such a connection (`hearing`); a proxy that was told nothing of it would send the next reader's
    request there and give them an error.
    """

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        def begin(*said: Any) -> Any:
            left = getattr(environ["wsgi.input"].reader, "length", 0)
            if left or not environ["gunicorn.socket"].is_used_up():
                start_response.__self__.force_close()
            return start_response(*said)

        return application(environ, begin)

    return answer
