"""Pages by which people without a PC of the network take part in a meeting: guests, viewers, captioners."""
