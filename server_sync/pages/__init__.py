"""What all pages share: shell, sign-in, tile map, icons, styles."""
