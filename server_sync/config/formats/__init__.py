"""How dates and numbers are written: Django's own Kyrgyz has the wrong decimal sign and English is not ours."""
