"""Who works today: the people of this workplace, their password, and a first sign-in over the line."""
