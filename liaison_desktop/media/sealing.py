"""What we send into the room of a closed meeting is encrypted, and nothing is decoded that is not (AES-GCM).

The library has a ring of sixteen keys, and each frame says by which of them it was made. The meeting's key of a number
stands at a place of its own; at all others stand keys that nobody knows. A place without a key would let frames through
as they are, and a voice that cannot be decoded is a noise.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

from livekit import rtc

if TYPE_CHECKING:
    from liaison_desktop.meetings.messages import RoomWish

PLACES: Final = 16
KEY_BYTES: Final = 32
NO_GUESSING: Final = 0
"""Else the library tries sixteen keys that might follow for each frame it cannot open, half a second each, and is still
at it when the right one has come."""


def place_of(number: int) -> int:
    """Where the key of a number stands. The first place is the one that the library begins with, and is never right."""
    return 1 + (number - 1) % (PLACES - 1)


def encryption(wish: RoomWish) -> rtc.E2EEOptions | None:
    """How the room is joined: with a key that nobody knows, until `Sealing` has put the right one in its place."""
    if not wish.key:
        return None
    unknown = secrets.token_bytes(KEY_BYTES)
    options = rtc.KeyProviderOptions(
        shared_key=unknown,
        key_ring_size=PLACES,
        ratchet_window_size=NO_GUESSING,
        key_derivation_function=rtc.KeyDerivationFunction.HKDF,  # the other makes 100,000 turns for each of them
    )
    return rtc.E2EEOptions(options)


class Sealing:
    """The keys of one stay. In the room's loop."""

    def __init__(self, room: rtc.Room) -> None:
        self._room = room
        self._number = 0

    def begin(self, wish: RoomWish) -> None:
        """We are in the room: before anything is heard or sent, every place gets a key."""
        provider = self._room.e2ee_manager.key_provider if wish.key else None
        if provider is None:
            return
        for place in range(PLACES):
            provider.set_shared_key(secrets.token_bytes(KEY_BYTES), place)
        self.take(wish)

    def take(self, wish: RoomWish) -> None:
        """Send by this key from now on; what others send by the one before is understood still."""
        provider = self._room.e2ee_manager.key_provider if wish.key else None
        if provider is None or wish.key_number <= self._number:
            return
        self._number = wish.key_number
        provider.set_shared_key(bytes.fromhex(wish.key), place_of(self._number))
        self.settle()

    def settle(self) -> None:
        """What we send is made by the newest key, also what has just begun to be sent."""
        if not self._number:
            return
        own, place = self._room.local_participant.identity, place_of(self._number)
        for cryptor in self._room.e2ee_manager.frame_cryptors():
            if cryptor.participant_identity == own and cryptor.key_index != place:
                cryptor.set_key_index(place)
