"""The colours of the product by what they mean, once for light and once for dark.

Contrast is computed: words reach 4.5:1 on every ground they stand on, edges of controls 3:1 (a test measures it).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tokens:
    """Every colour a screen may use; a widget never names a colour of its own."""

    name: str
    canvas: str
    surface: str
    line: str
    control: str
    text: str
    muted: str
    primary: str
    on_primary: str
    primary_hover: str
    primary_tint: str
    link: str
    neutral: str
    attention: str
    attention_ink: str
    rail: str
    rail_text: str
    rail_chosen: str
    rail_bar: str
    rail_badge: str
    success: str
    success_tint: str
    warning: str
    warning_tint: str
    danger: str
    danger_tint: str
    focus: str
    focus_ring: str
    data: tuple[str, str, str, str, str]

    @property
    def is_dark(self) -> bool:
        """Whether words are light on dark ground."""
        return self.name == "dark"


LIGHT = Tokens(
    name="light",
    canvas="#F4F5F3",
    surface="#FFFFFF",
    line="#D3D8D4",
    control="#7A8580",
    text="#16211C",
    muted="#55615B",
    primary="#0F5C5A",
    on_primary="#FFFFFF",
    primary_hover="#0B4846",
    primary_tint="#E3F0EE",
    link="#0B5B8A",
    neutral="#EDF0EE",
    attention="#F0B95B",
    attention_ink="#2B1C00",
    rail="#12312F",
    rail_text="#DCE9E6",
    rail_chosen="#20504C",
    rail_bar="#6FC7BD",
    rail_badge="#2A4A47",
    success="#1B6E47",
    success_tint="#E4F3EA",
    warning="#8A5200",
    warning_tint="#FCF0DA",
    danger="#A8201A",
    danger_tint="#FBE6E4",
    focus="#E0A100",
    focus_ring="#16211C",
    data=("#E3F0EE", "#B7DAD6", "#7CBAB5", "#2F7F7C", "#0B4846"),
)

DARK = Tokens(
    name="dark",
    canvas="#111917",
    surface="#1A2421",
    line="#33423D",
    control="#7F918A",
    text="#E7EEEA",
    muted="#A6B5AE",
    primary="#6FC7BD",
    on_primary="#06201E",
    primary_hover="#8FD8CF",
    primary_tint="#1E3835",
    link="#7CC0EA",
    neutral="#24302C",
    attention="#F0B95B",
    attention_ink="#2B1C00",
    rail="#0B1412",
    rail_text="#B9CAC4",
    rail_chosen="#1E3835",
    rail_bar="#6FC7BD",
    rail_badge="#22302B",
    success="#73CFA0",
    success_tint="#17352A",
    warning="#F0B95B",
    warning_tint="#3A2C12",
    danger="#F58B83",
    danger_tint="#421E1C",
    focus="#FFC83D",
    focus_ring="#111917",
    data=("#1E3835", "#28504C", "#356D68", "#57A69D", "#8FD8CF"),
)

THEMES = {theme.name: theme for theme in (LIGHT, DARK)}
