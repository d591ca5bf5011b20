"""Memory that two processes share and that is gone when both are: it has no name that could be left behind.

Linux: a file in memory without a name (memfd), handed to the child by its descriptor. Windows: a section of the paging
file, found by a drawn name that ends with its last handle.
"""

import mmap
import os
import secrets
import sys


class SharedMemory:
    """One piece of it; `token` tells the child how to find it, `descriptors` are what it must inherit."""

    def __init__(self, pages: mmap.mmap, token: str, descriptor: int = -1) -> None:
        self.pages = pages
        self.token = token
        self._descriptor = descriptor

    @property
    def descriptors(self) -> tuple[int, ...]:
        """What a child inherits."""
        return (self._descriptor,) if self._descriptor >= 0 else ()

    @classmethod
    def make(cls, size_bytes: int) -> "SharedMemory":
        """Make a piece; only what is written to takes room."""
        if sys.platform == "win32":
            token = f"liaison-{secrets.token_hex(16)}"
            return cls(mmap.mmap(-1, size_bytes, tagname=token), token)
        descriptor = os.memfd_create("liaison-pictures")
        os.ftruncate(descriptor, size_bytes)
        return cls(mmap.mmap(descriptor, size_bytes), str(descriptor), descriptor)

    @classmethod
    def found(cls, token: str, size_bytes: int) -> "SharedMemory":
        """Find the piece the parent made."""
        if sys.platform == "win32":
            return cls(mmap.mmap(-1, size_bytes, tagname=token), token)
        return cls(mmap.mmap(int(token), size_bytes), token, int(token))

    def close(self) -> None:
        """Let go of it; whoever still looks at its bytes keeps them until they are done."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
        self.pages.close()
