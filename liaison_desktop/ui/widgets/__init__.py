"""The kit every screen is built of: fields, choices, buttons, lists, messages; it decides nothing."""
