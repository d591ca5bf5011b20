"""Columns for hashes, keys and ids that are bytes."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

if TYPE_CHECKING:
    _Binary = models.BinaryField[bytes, bytes]
else:
    _Binary = models.BinaryField  # the class is generic for the type checker only


class BytesField(_Binary):
    """Holds exactly `length` bytes (a hash, a key, an epoch) and gives them back as `bytes` on every database."""

    def __init__(self, *args: Any, length: int = 32, **kwargs: Any) -> None:
        self.length = length
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        kwargs["length"] = self.length
        return name, path, list(args), dict(kwargs)

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        if value is not None and len(value) != self.length:
            raise ValueError(f"{self.name} takes {self.length} bytes, not {len(value)}")
        return super().get_db_prep_value(value, connection, prepared)

    def from_db_value(self, value: Any, _expression: object, _connection: object) -> bytes | None:
        return None if value is None else bytes(value)
