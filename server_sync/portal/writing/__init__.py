"""Writing to a public official without an account: four steps, a code by e-mail, a receipt as at the counter."""
