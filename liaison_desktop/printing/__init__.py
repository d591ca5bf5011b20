"""Turns what was registered into paper: PDF bytes by fpdf2, no Qt, no printer, no files but fonts and words."""
