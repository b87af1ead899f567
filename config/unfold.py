"""How the staff dashboard looks: unfold's settings, in the paper, ink and seal of static/css/imprimatur.css."""

from typing import Any

# Warm greys from paper to ink. Unfold reads 500 as quiet text on white and 400 as quiet text on black,
# so both keep a contrast of 4.5 to 1; 200 and 800 are its hairlines.
BASE = {
    "50": "#f3eee3",
    "100": "#ece5d6",
    "200": "#dbd3c4",
    "300": "#c6beb0",
    "400": "#a59c8c",
    "500": "#665e52",
    "600": "#4b453c",
    "700": "#3f3930",
    "800": "#3a352d",
    "900": "#181613",
    "950": "#12100e",
}
# The seal. 600 stands on light ground and under white text, 500 on dark ground.
PRIMARY = {
    "50": "#fbf0ee",
    "100": "#f6dedb",
    "200": "#eec0bb",
    "300": "#e79d95",
    "400": "#f0a298",
    "500": "#f0897c",
    "600": "#9f231f",
    "700": "#7f1a17",
    "800": "#681614",
    "900": "#541311",
    "950": "#330b0a",
}

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Imprimatur",
    "SITE_HEADER": "Imprimatur",
    "SITE_URL": "/",
    "DASHBOARD_CALLBACK": "desk.dashboard.front",
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_BACK_BUTTON": False,
    "BORDER_RADIUS": "2px",
    "COLORS": {
        "base": BASE,
        "primary": PRIMARY,
        "font": {
            "subtle-light": "var(--color-base-500)",
            "subtle-dark": "var(--color-base-400)",
            "default-light": "var(--color-base-600)",
            "default-dark": "var(--color-base-300)",
            "important-light": "#1d1a16",
            "important-dark": "#ece6da",
        },
    },
    "SIDEBAR": {"show_search": False, "show_all_applications": False, "navigation": []},
    "COMMAND": {"search_models": False, "show_history": False},
}
