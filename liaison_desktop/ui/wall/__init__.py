"""The big screen of a hall: meetings alone, entered by itself, with nobody at a keyboard."""
