"""Letters by e-mail: a queue in the database, sent by the worker, and nobody waits for the mail server."""
