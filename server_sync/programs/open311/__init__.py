"""Open311 GeoReport v2: cities' programs read published requests by it and write new ones."""
