"""Styles: one classification, from which map colours, legends and exported styles are made."""

from styles.classification import Classification, MapClass, Method, SymbolScale, classify, scale_symbols
from styles.errors import (
    InvalidBreaks,
    NothingToClassify,
    StatusMismatch,
    StyleError,
    TooManyClasses,
    UnknownMethod,
    UnknownPalette,
    ValueOutsideBreaks,
)
from styles.maplibre import maplibre_style
from styles.number_text import Language, distinct_labels, format_number
from styles.palettes import (
    CLUSTER_COLORS,
    DIVERGING,
    MISSING,
    MOST_CLASSES,
    SECRET,
    SEQUENTIAL,
    SPOT_COLORS,
    UNPOPULATED,
    Fill,
    Polarity,
    palette,
    palette_for,
)

__all__ = [
    "CLUSTER_COLORS",
    "DIVERGING",
    "MISSING",
    "MOST_CLASSES",
    "SECRET",
    "SEQUENTIAL",
    "SPOT_COLORS",
    "UNPOPULATED",
    "Classification",
    "Fill",
    "InvalidBreaks",
    "Language",
    "MapClass",
    "Method",
    "NothingToClassify",
    "Polarity",
    "StatusMismatch",
    "StyleError",
    "SymbolScale",
    "TooManyClasses",
    "UnknownMethod",
    "UnknownPalette",
    "ValueOutsideBreaks",
    "classify",
    "distinct_labels",
    "format_number",
    "maplibre_style",
    "palette",
    "palette_for",
    "scale_symbols",
]
