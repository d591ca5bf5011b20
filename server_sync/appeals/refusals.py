"""Why an event in custody is not applied now."""

from server_sync.contract.errors import ContractError


class Quarantine(ContractError):
    """The event is in custody and cannot be applied; people resolve it."""


class HeldBack(ContractError):
    """The event builds on another that is not here, or not understood, yet."""

    def __init__(self, awaited: bytes) -> None:
        super().__init__("waiting_for", permanent=False)
        self.awaited = awaited
