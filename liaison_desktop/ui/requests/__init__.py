"""All requests of this office: found as one types, read whole, carried on by new events."""
