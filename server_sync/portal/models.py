"""What somebody is just writing on the portal, and accounts of citizens: closed, and no part of the register."""

from django.db import models
from typing_extensions import override

from server_sync.common.fields import BytesField
from server_sync.contract.identifiers import uuid7


class Draft(models.Model):
    """A request that is being written, or was just registered.

    `id` is a hash of the secret that the browser holds; what was typed lies in `sealed`, which that secret alone opens.
    `place`, `code`, `code_to` and `confirmed` are keyed hashes: of the network place it was begun from, of the code
    that was sent, of the address it went to, of the address whose code was typed. A draft that was registered says only
    which request came of it and holds the receipt; one that was thrown away says nothing and is counted until it ends.
    """

    id = BytesField(length=32, primary_key=True)
    place = models.CharField(max_length=64)
    size_bytes = models.PositiveIntegerField(default=0)
    begun_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    code = models.CharField(max_length=64, blank=True, default="")
    code_to = models.CharField(max_length=64, blank=True, default="")
    code_sent_at = models.DateTimeField(null=True)
    letters = models.PositiveSmallIntegerField(default=0)
    wrong = models.PositiveSmallIntegerField(default=0)
    confirmed = models.CharField(max_length=64, blank=True, default="")
    registered_at = models.DateTimeField(null=True)
    files_brought = models.PositiveSmallIntegerField(default=0)
    appeal = BytesField[bytes | None, bytes | None](length=32, null=True)
    sealed = models.BinaryField(default=b"")  # last, it and the next: whoever reads the others does not read past them
    receipt = models.BinaryField(default=b"")

    class Meta:
        indexes = (
            models.Index(fields=["place", "begun_at"], name="drafts_of_a_place"),
            models.Index(fields=["place", "size_bytes"], name="drafts_by_size"),
        )

    @override
    def __str__(self) -> str:
        return f"draft {self.id.hex()[:12]}"


class DraftFile(models.Model):
    """A file that goes with a request that is being written: on its way in pieces, or whole under `blob_id`.

    What it is called and the key that opens it lie in `sealed`, which the draft's secret alone opens; `mark` is a keyed
    hash by which a browser finds what it has begun.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    draft = models.ForeignKey(Draft, models.CASCADE, related_name="files")
    mark = models.CharField(max_length=64, blank=True, default="")
    size_bytes = models.PositiveIntegerField()
    here_bytes = models.PositiveIntegerField(default=0)
    blob_id = BytesField[bytes | None, bytes | None](length=32, null=True, db_index=True)
    begun_at = models.DateTimeField()
    sealed = models.BinaryField(default=b"")

    @override
    def __str__(self) -> str:
        return f"file {self.id.hex[:12]}"


class CodeSent(models.Model):
    """That a letter with a code was written, for an hour, whatever becomes of its draft: bounds count these.

    `place` and `address` are keyed hashes, as at a draft; `guesses` are those at codes of this address from there.
    """

    place = models.CharField(max_length=64)
    address = models.CharField(max_length=64)
    sent_at = models.DateTimeField(db_index=True)
    guesses = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = (
            models.Index(fields=["place", "sent_at"], name="codes_of_a_place"),
            models.Index(fields=["address", "sent_at"], name="codes_to_an_address"),
        )

    @override
    def __str__(self) -> str:
        return f"code sent {self.pk}"


class Account(models.Model):
    """An account of a citizen, whom `address`, a keyed hash of their e-mail address, finds again.

    The address itself and what is kept for the next request lie in `sealed`, under a key that is not in the database.
    It has nothing to do with people who work here (workplaces.Person).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    address = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    seen_at = models.DateTimeField(db_index=True)
    sealed = models.BinaryField(default=b"")

    @override
    def __str__(self) -> str:
        return f"account {self.id.hex[:12]}"


class AccountSession(models.Model):
    """A browser in which an account is open; `id` is a hash of the secret that it holds."""

    id = BytesField(length=32, primary_key=True)
    account = models.ForeignKey(Account, models.CASCADE, related_name="sessions")
    name = models.UUIDField(default=uuid7, editable=False, unique=True)
    browser = models.CharField(max_length=40, blank=True, default="")
    is_kept = models.BooleanField(default=False)
    begun_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    @override
    def __str__(self) -> str:
        return f"session {self.name.hex[:12]}"


class Passkey(models.Model):
    """A key in a citizen's device or key ring that opens an account; `id` is a hash of the name it gave itself.

    `challenged_at` is when the question was asked that it answered last: an older one it answers no more.
    """

    id = BytesField(length=32, primary_key=True)
    account = models.ForeignKey(Account, models.CASCADE, related_name="passkeys")
    name = models.UUIDField(default=uuid7, editable=False, unique=True)
    browser = models.CharField(max_length=40, blank=True, default="")
    data = models.BinaryField()
    made_at = models.DateTimeField()
    challenged_at = models.DateTimeField()

    @override
    def __str__(self) -> str:
        return f"passkey {self.name.hex[:12]}"


class SigningIn(models.Model):
    """Somebody who was sent a code and has not typed it yet; `id` is a hash of the secret that their browser holds.

    `place`, `address` and `code` are keyed hashes; the address itself lies in `sealed`, which that secret alone opens.
    """

    id = BytesField(length=32, primary_key=True)
    place = models.CharField(max_length=64)
    address = models.CharField(max_length=64)
    code = models.CharField(max_length=64)
    sent_at = models.DateTimeField(db_index=True)
    wrong = models.PositiveSmallIntegerField(default=0)
    is_kept = models.BooleanField(default=False)
    sealed = models.BinaryField(default=b"")

    @override
    def __str__(self) -> str:
        return f"signing in {self.id.hex()[:12]}"


class OwnRequest(models.Model):
    """That a request belongs to an account: written while signed in, under its address, or its code was typed there."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="requests")
    appeal = BytesField(length=32, db_index=True)
    added_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["account", "appeal"], name="own_request_once"),)

    @override
    def __str__(self) -> str:
        return f"own request {self.pk}"
