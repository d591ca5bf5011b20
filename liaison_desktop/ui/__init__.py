"""The screens: each a view that decides nothing and a presenter without Qt."""
