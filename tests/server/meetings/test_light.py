"""A centre at which nobody meets carries nothing of the libraries of meetings."""

import subprocess
import sys

LOADED = """
import django
django.setup()
from django.urls import get_resolver
assert get_resolver().url_patterns
import sys
print(",".join(sorted({"livekit", "aiohttp", "jwt", "av", "cv2", "numpy"} & set(sys.modules))))
"""


def test_what_speaks_with_the_media_server_is_loaded_when_somebody_meets():
    seen = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)
    assert not seen.stdout.strip()
