"""Carries what happened here to the centre and brings back what is new: pack, exchange, unpack; attachments after."""
