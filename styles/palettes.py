"""Colours of maps.

The sequential and diverging palettes are made here: a few anchor colours, joined in the OKLab colour space (Ottosson
2020) so that the lightness changes evenly. Lightness alone orders the classes, so they stay apart in greyscale and for
colour-blind readers; hue only supports it. Areas without a number never use a colour of a palette alone: they are light
grey *and* hatched, so nobody can take them for the lowest class.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from styles.errors import TooManyClasses, UnknownPalette

#: More classes than this cannot be told apart on a map.
MOST_CLASSES = 9

Polarity = Literal[-1, 0, 1]

#: Anchors from light to dark (sequential), or from one end over the neutral middle to the other (diverging).
_ANCHORS = MappingProxyType(
    {
        "ember": ("#fdf0dc", "#f2a65a", "#c8442f", "#5e0f2b"),
        "sea": ("#e9f5ee", "#7cc6b2", "#2a7f95", "#0c3459"),
        "slate": ("#eef1f8", "#a3b4dc", "#5a6fb5", "#2a2463"),
        "balance": ("#0c3459", "#3f8fb0", "#f4f2ec", "#e0843f", "#6f1a1c"),
    }
)
#: Palettes in which light means little and dark means much.
SEQUENTIAL = ("ember", "sea", "slate")
#: Palettes with a neutral middle.
DIVERGING = ("balance",)


@dataclass(frozen=True)
class Fill:
    """How an area without a class is drawn.

    Attributes
    ----------
    color : str
        Background, ``#rrggbb``.
    hatch : str
        Id of the pattern above it: ``"diagonal"``, ``"cross"``, ``"dots"`` or ``"none"``.
    """

    color: str
    hatch: str


#: No figure: not delivered, not applicable, unreliable.
MISSING = Fill("#e3e3e3", "diagonal")
#: A figure kept secret for data protection.
SECRET = Fill("#d3d3d3", "cross")
#: Nobody lives there (gemeindefreie Gebiete).
UNPOPULATED = Fill("#f5f5f2", "dots")

#: Classes of local Moran and local Geary.
CLUSTER_COLORS = MappingProxyType(
    {
        "high-high": "#c0233b",
        "low-low": "#1f4e9c",
        "high-low": "#f2a07b",
        "low-high": "#9fc6e8",
        "other-positive": "#a58bc0",
        "negative": "#3d8c6c",
        "not-significant": "#efefef",
        "isolated": "#9a9a9a",
        "undefined": "#6b6b6b",
    }
)
#: Classes of Gi and Gi*.
SPOT_COLORS = MappingProxyType(
    {
        "hot-99": "#a51626",
        "hot-95": "#e0694a",
        "hot-90": "#f9bd98",
        "cold-90": "#b4d3ea",
        "cold-95": "#5d97c9",
        "cold-99": "#1f4e9c",
        "not-significant": "#efefef",
        "isolated": "#9a9a9a",
        "undefined": "#6b6b6b",
    }
)


def palette_for(polarity: Polarity) -> str:
    """Name of the sequential palette for an indicator's polarity.

    Warm where much is unfavourable (-1), sea green to blue where much is favourable (1), slate where neither (0).
    """
    return {-1: "ember", 0: "slate", 1: "sea"}[polarity]


def palette(name: str, k: int) -> tuple[str, ...]:
    """Colours of a palette for a number of classes.

    Parameters
    ----------
    name : str
        One of ``SEQUENTIAL`` or ``DIVERGING``.
    k : int
        Number of classes, 1 to 9.

    Returns
    -------
    tuple of str
        ``k`` colours ``#rrggbb``, from the lowest class to the highest.

    Raises
    ------
    UnknownPalette, TooManyClasses
        If there is no such palette, or k is out of range.

    Examples
    --------
    >>> palette("ember", 3)
    ('#fdf0dc', '#d7673d', '#5e0f2b')
    """
    if name not in _ANCHORS:
        raise UnknownPalette(name, tuple(_ANCHORS))
    if not 1 <= k <= MOST_CLASSES:
        raise TooManyClasses(k, MOST_CLASSES)
    anchors = np.array([_to_oklab(color) for color in _ANCHORS[name]])
    if k == 1:
        # One class is neither light nor dark.
        return (_to_hex(anchors[len(anchors) // 2]) if name in DIVERGING else _to_hex(anchors[1]),)
    if name in DIVERGING:
        places, targets = np.linspace(0, 1, len(anchors)), np.linspace(0, 1, k)
    else:
        # Even steps of lightness: the anchors' own lightness says where along the palette they stand.
        places = (anchors[0, 0] - anchors[:, 0]) / (anchors[0, 0] - anchors[-1, 0])
        targets = np.linspace(0, 1, k)
    mixed = np.column_stack([np.interp(targets, places, anchors[:, channel]) for channel in range(3)])
    return tuple(_to_hex(color) for color in mixed)


def lightness(color: str) -> float:
    """Lightness of a colour in OKLab, 0 (black) to 1 (white)."""
    return float(_to_oklab(color)[0])


_TO_CONE = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def _to_oklab(color: str) -> NDArray[np.float64]:
    """OKLab coordinates of an sRGB colour."""
    srgb = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    return np.asarray(_TO_LAB @ np.cbrt(_TO_CONE @ linear), dtype=np.float64)


def _to_hex(oklab: NDArray[np.float64]) -> str:
    """Nearest sRGB colour."""
    linear = np.clip(np.linalg.solve(_TO_CONE, np.linalg.solve(_TO_LAB, oklab) ** 3), 0, 1)
    srgb = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    return "#" + "".join(f"{round(float(channel) * 255):02x}" for channel in srgb)
