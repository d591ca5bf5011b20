"""The frame round every screen: rail, top bar, line state, menus."""
