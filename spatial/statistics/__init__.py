"""Spatial statistics: weights, spatial autocorrelation, adjusted p, class breaks.

Pure functions: arrays and weights in, frozen results out. No argument is changed, random numbers come from an
explicit seed, nothing is read or printed. What cannot be computed raises a `StatisticsError` that names the
reason.
"""

from spatial.statistics.adjust import bonferroni, fdr
from spatial.statistics.admission import DEFAULT_SEED, MINIMUM_GLOBAL, MINIMUM_LOCAL
from spatial.statistics.classes import BreakMethod, ClassBreaks, class_breaks, class_numbers
from spatial.statistics.contiguity import weights_queen, weights_rook
from spatial.statistics.errors import (
    DataError,
    DuplicateKeys,
    InfiniteValues,
    InvalidWeights,
    LengthMismatch,
    MissingValues,
    NegativeValues,
    NoLinks,
    NoVariance,
    OptionError,
    OptionOutOfRange,
    StatisticsError,
    TooFewAreas,
    TooFewDistinctValues,
    UnknownOption,
    UnknownWeightsKey,
    UnusableGeometry,
    WeightsError,
)
from spatial.statistics.geary import geary, geary_local
from spatial.statistics.getis_ord import getis_ord_general, getis_ord_local
from spatial.statistics.moran import moran, moran_local
from spatial.statistics.proximity import weights_distance, weights_kernel, weights_knn
from spatial.statistics.reading import Reading, read_global, read_local
from spatial.statistics.relinking import attach_nearest, bridge_unpopulated, drop_isolates, higher_order
from spatial.statistics.results import QUADRANTS, GlobalResult, LocalResult
from spatial.statistics.weights import Weights, weights_from_pairs

__all__ = [
    "DEFAULT_SEED",
    "MINIMUM_GLOBAL",
    "MINIMUM_LOCAL",
    "QUADRANTS",
    "BreakMethod",
    "ClassBreaks",
    "DataError",
    "DuplicateKeys",
    "GlobalResult",
    "InfiniteValues",
    "InvalidWeights",
    "LengthMismatch",
    "LocalResult",
    "MissingValues",
    "NegativeValues",
    "NoLinks",
    "NoVariance",
    "OptionError",
    "OptionOutOfRange",
    "Reading",
    "StatisticsError",
    "TooFewAreas",
    "TooFewDistinctValues",
    "UnknownOption",
    "UnknownWeightsKey",
    "UnusableGeometry",
    "Weights",
    "WeightsError",
    "attach_nearest",
    "bonferroni",
    "bridge_unpopulated",
    "class_breaks",
    "class_numbers",
    "drop_isolates",
    "fdr",
    "geary",
    "geary_local",
    "getis_ord_general",
    "getis_ord_local",
    "higher_order",
    "moran",
    "moran_local",
    "read_global",
    "read_local",
    "weights_distance",
    "weights_from_pairs",
    "weights_kernel",
    "weights_knn",
    "weights_queen",
    "weights_rook",
]
