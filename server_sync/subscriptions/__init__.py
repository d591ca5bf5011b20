"""News of published requests by e-mail: asked for without an account, confirmed by a letter, ended by one press."""
