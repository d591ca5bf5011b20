"""The register: appeals as the events make them."""
