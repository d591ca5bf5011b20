"""Pages of the chair's assistant: meetings are planned, changed, cancelled."""
