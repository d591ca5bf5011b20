"""The public log of everything taken into custody, and the keys that vouch for it."""
