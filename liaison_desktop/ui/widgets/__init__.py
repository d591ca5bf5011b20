"""The kit every screen is built of: fields, choices, buttons, lists, messages; it knows no domain and decides nothing."""
