"""A real gateway for text messages on this computer that says what it is told to say, or nothing."""

import contextlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from typing_extensions import override

from server_sync.letters.gateway import Gateway

TOKEN = "of-a-trial"


class Texts:
    """What came, and what is said to it: a status, 0 for nothing at all."""

    def __init__(self) -> None:
        self.came: list[dict[str, str]] = []
        self.tokens: list[str] = []
        self.says = 202
        self.over = threading.Event()


@contextlib.contextmanager
def gateway(texts: Texts) -> Iterator[Gateway]:
    """Let it listen on a port of its own."""

    class Takes(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            texts.came.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            texts.tokens.append(self.headers["Authorization"])
            if not texts.says:
                texts.over.wait(30)
                return
            self.send_response(texts.says)
            self.send_header("Content-Length", "0")
            self.end_headers()

        @override
        def log_message(self, *_: Any) -> None:
            """Nothing: tests fail on words in the log."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Takes)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Gateway(f"http://127.0.0.1:{server.server_port}/sms", TOKEN)
    finally:
        texts.over.set()
        server.shutdown()
        server.server_close()
        thread.join()
