"""Real mail servers on this computer, good and bad ones, for whoever sends letters."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from proving.mailbox import SENDER, Mailbox, mail_server
from server_sync.letters.wanted import MailServer, Tls


@contextlib.contextmanager
def closed_mail_server(mailbox: Mailbox, folder: Path, user: str, password: str) -> Iterator[MailServer]:
    """One that wants STARTTLS and a name with its password; its certificate lies in the folder."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(folder))

    def ask(_server: Any, _session: Any, _envelope: Any, _way: str, said: Any) -> AuthResult:
        is_right = isinstance(said, LoginPassword) and said == LoginPassword(user.encode(), password.encode())
        return AuthResult(success=is_right)

    with mail_server(
        mailbox, tls_context=context, require_starttls=True, auth_required=True, authenticator=ask
    ) as found:
        yield MailServer(found.host, found.port, SENDER, Tls.STARTTLS, user, password)


@contextlib.contextmanager
def talking(*words: bytes) -> Iterator[MailServer]:
    """One that says so many words, each after it heard something, and then nothing more, with the line open."""
    listening = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()
    lines: list[socket.socket] = []

    def talk() -> None:
        with contextlib.suppress(OSError):
            while not over.is_set():
                line, _ = listening.accept()
                lines.append(line)
                for place, word in enumerate(words):
                    if place:
                        line.recv(65_536)
                    line.sendall(word)

    thread = threading.Thread(target=talk, daemon=True)
    thread.start()
    try:
        yield MailServer("127.0.0.1", listening.getsockname()[1], SENDER, Tls.OFF)
    finally:
        over.set()
        with contextlib.suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        for line in lines:
            line.close()
        thread.join(10)


def certificate(folder: Path) -> Path:
    """A certificate of 127.0.0.1 with its key, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "mail.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path
