"""Events as they came: custody, feeds, quarantine, and the centre's own events."""
