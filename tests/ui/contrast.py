#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Contrast of the palettes (WCAG 2.1, 1.4.3 and 1.4.11), pair by pair. usage: contrast.py FOLDER"""
import pathlib
import re
import sys

GROUNDS = ["page", "card", "field"]
PAIRS = (
    [(ink, ground, 4.5) for ground in GROUNDS for ink in ("text", "soft_text", "error")]
    + [("accent", ground, 4.5) for ground in ("page", "card")]
    + [("on_accent", "accent", 4.5), ("on_accent", "accent_hover", 4.5),
       ("on_header", "header", 4.5), ("text", "accent_soft", 4.5),
       ("soft_text", "accent_soft", 4.5)]
    + [(kind, f"{kind}_soft", 4.5) for kind in ("error", "warning", "success", "info")]
    + [("text", f"{kind}_soft", 4.5) for kind in ("error", "warning", "success", "info")]
    + [(edge, ground, 3.0) for ground in GROUNDS for edge in ("strong_line", "focus")]
    + [(f"plot_{n}", "card", 3.0) for n in range(1, 7)]
)


def luminance(colour):
    parts = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a, b):
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def check(path):
    colours = dict(re.findall(r"@define-color (\w+?)(?:_color)? (#[0-9a-f]{6});", path.read_text()))
    return [f"{path.name}: {ink} on {ground} is {contrast(colours[ink], colours[ground]):.2f}, "
            f"less than {least}" for ink, ground, least in PAIRS
            if contrast(colours[ink], colours[ground]) < least]


def main():
    assert round(contrast("#000000", "#ffffff"), 1) == 21.0
    assert contrast("#777777", "#ffffff") < 4.5  # the control: a grey that is known to fail
    faults = [fault for path in sorted(pathlib.Path(sys.argv[1]).glob("palette-*.css"))
              for fault in check(path)]
    print("\n".join(faults) or f"{2 * len(PAIRS)} pairs hold")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
