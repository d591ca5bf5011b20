"""The officers' pages: route, accept, forward, extend, return, answer with a second person, publish a summary."""
