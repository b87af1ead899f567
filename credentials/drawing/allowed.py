"""What a drawing may consist of: shapes, paint and effects. Nothing that acts, loads, animates or links.

Source: SVG 2 (W3C), the element and property indexes; Filter Effects 1; CSS Masking 1.
"""

from __future__ import annotations

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"

ELEMENTS = frozenset(
    """
    svg g defs symbol use title desc path rect circle ellipse line polyline polygon style image linearGradient
    radialGradient stop clipPath mask pattern marker switch filter feBlend feColorMatrix feComponentTransfer feComposite
    feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feMerge feMergeNode feMorphology feOffset
    feTile
    """.split()
)

# What is left out without a word: it draws nothing, and programs for drawing leave it behind.
LEFT_OUT = frozenset({"metadata", "view", "cursor"})

ACTS = "The drawing holds a script (line {line}). Take it out; a badge stands still and does nothing."
EMBEDS = "The drawing holds a page inside itself (line {line}). Save it as plain SVG, without the editing data of the program."
MOVES = "The drawing moves (line {line}); a badge stands still. Save it without animation."
LETTERS = (
    "The drawing holds letters as text (line {line}), which every device sets in another face. Turn them into outlines "
    "(“object to path”, “create outlines”) and save it again."
)
LINKS = "The drawing holds a link (line {line}). Take it out; the badge's own page is linked wherever it is shown."
REFUSED = {
    "script": ACTS,
    "handler": ACTS,
    "listener": ACTS,
    "foreignObject": EMBEDS,
    "iframe": EMBEDS,
    "audio": EMBEDS,
    "video": EMBEDS,
    "canvas": EMBEDS,
    "animate": MOVES,
    "animateColor": MOVES,
    "animateMotion": MOVES,
    "animateTransform": MOVES,
    "set": MOVES,
    "discard": MOVES,
    "text": LETTERS,
    "a": LINKS,
}

# Properties that say how something looks: as attributes, in `style`, or in a style sheet.
PROPERTIES = frozenset(
    """
    clip-path clip-rule color color-interpolation color-interpolation-filters display fill fill-opacity fill-rule
    filter flood-color flood-opacity isolation marker marker-end marker-mid marker-start mask mask-type mix-blend-mode
    opacity overflow paint-order shape-rendering stop-color stop-opacity stroke stroke-dasharray stroke-dashoffset
    stroke-linecap stroke-linejoin stroke-miterlimit stroke-opacity stroke-width transform transform-origin
    vector-effect visibility
    """.split()
)

ATTRIBUTES = frozenset(
    """
    id class style href x y x1 y1 x2 y2 cx cy r rx ry fx fy fr d points width height viewBox preserveAspectRatio
    pathLength offset gradientUnits gradientTransform spreadMethod clipPathUnits maskUnits maskContentUnits
    patternUnits patternContentUnits patternTransform markerHeight markerUnits markerWidth orient refX refY
    filterUnits primitiveUnits in in2 mode type values tableValues slope intercept amplitude exponent operator k1 k2 k3
    k4 dx dy stdDeviation edgeMode radius result media role
    """.split()
)

# The only functions of a value; a `url()` must be `url(#part)`, checked by itself.
FUNCTIONS = frozenset(
    """
    url rgb rgba hsl hsla matrix translate translatex translatey scale scalex scaley rotate skewx skewy blur brightness
    contrast drop-shadow grayscale hue-rotate invert opacity saturate sepia
    """.split()
)
