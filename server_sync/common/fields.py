"""Columns for hashes, keys and ids that are bytes."""

from typing import TYPE_CHECKING, Any, Generic

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from typing_extensions import TypeVar, override

Taken = TypeVar("Taken", default=Any)
Given = TypeVar("Given", default=Any)

if TYPE_CHECKING:

    class _Binary(models.BinaryField[Taken, Given], Generic[Taken, Given]):
        # django-stubs reads here what a column takes and gives, and adds None where it is nullable
        _pyi_private_set_type: bytes
        _pyi_private_get_type: bytes

else:

    class _Binary(models.BinaryField, Generic[Taken, Given]):
        """Django's own field is generic for the type checker only."""


class BytesField(_Binary[Taken, Given]):
    """Holds exactly `length` bytes (a hash, a key, an epoch) and gives them back as `bytes` on every database."""

    def __init__(self, *args: Any, length: int = 32, **kwargs: Any) -> None:
        self.length = length
        super().__init__(*args, **kwargs)

    @override
    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        return name, path, list(args), {**kwargs, "length": self.length}

    @override
    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        if value is not None and len(value) != self.length:
            raise ValueError(f"{self.name} takes {self.length} bytes, not {len(value)}")
        return super().get_db_prep_value(value, connection, prepared)

    def from_db_value(self, value: Any, _expression: object, _connection: object) -> bytes | None:
        """Give bytes, whatever the database's driver hands over."""
        return None if value is None else bytes(value)
