"""Spatial statistics: weights, autocorrelation, rates, segregation, inequality, trends, scans, class breaks.

Pure functions: arrays and weights in, frozen results out. No argument is changed, random numbers come from an
explicit seed, nothing is read or printed. What cannot be computed raises a `StatisticsError` that names the
reason.
"""

from spatial.statistics.adjust import bonferroni, fdr
from spatial.statistics.admission import DEFAULT_SEED, MINIMUM_GLOBAL, MINIMUM_LOCAL
from spatial.statistics.bivariate import moran_bivariate, moran_bivariate_local
from spatial.statistics.borders import weights_borders
from spatial.statistics.change import LocalChange, local_change
from spatial.statistics.classes import (
    BreakMethod,
    ClassBreaks,
    class_breaks,
    class_breaks_around,
    class_breaks_given,
    class_numbers,
)
from spatial.statistics.composite import CompositeIndex, CompositeMethod, composite_index
from spatial.statistics.contiguity import weights_queen, weights_rook
from spatial.statistics.eb_moran import StandardisedRates, moran_eb, moran_eb_local, standardised_rates
from spatial.statistics.emerging import EmergingHotSpots, emerging_hot_spots
from spatial.statistics.errors import (
    DataError,
    DuplicateKeys,
    EmptyGroup,
    ImpossibleCounts,
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
    TooFewPeriods,
    UnknownOption,
    UnknownWeightsKey,
    UnsuitableFormat,
    UnusableGeometry,
    UnusableScale,
    WeightsError,
    ZeroDenominator,
)
from spatial.statistics.exchange import to_csv, to_gal, to_gwt
from spatial.statistics.funnel import Funnel, funnel, funnel_curves
from spatial.statistics.geary import geary, geary_local
from spatial.statistics.getis_ord import getis_ord_general, getis_ord_local
from spatial.statistics.inequality import Inequality, inequality
from spatial.statistics.interpretation import (
    read_breaks,
    read_correction,
    read_crude_ratios,
    read_result,
    read_stratified_ratios,
)
from spatial.statistics.join_counts import join_counts, join_counts_local
from spatial.statistics.lee import lee
from spatial.statistics.local_words import read_local, read_power
from spatial.statistics.markov import LisaMarkov, SpatialMarkov, Transitions, lisa_markov, spatial_markov, transitions
from spatial.statistics.moran import moran, moran_local
from spatial.statistics.pairs import weights_from_pairs
from spatial.statistics.proximity import KernelFunction, weights_block, weights_distance, weights_kernel, weights_knn
from spatial.statistics.rates import (
    PooledRates,
    RateIntervals,
    SmoothedRates,
    empirical_bayes,
    pooled_rates,
    rate_intervals,
)
from spatial.statistics.reading import Reading, read_global
from spatial.statistics.relinking import attach_nearest, bridge_unpopulated, drop_isolates, higher_order
from spatial.statistics.results import QUADRANTS, GlobalResult, LocalResult, Part
from spatial.statistics.scan import ScanCluster, ScanResult, spatial_scan
from spatial.statistics.segregation import Places, SegregationIndices, segregation_indices
from spatial.statistics.segregation_change import SegregationChange, segregation_change
from spatial.statistics.segregation_curves import ThresholdProfile, concentration_profile, proximity_profile
from spatial.statistics.segregation_difference import Labelling, SegregationDifference, segregation_difference
from spatial.statistics.segregation_groups import (
    MultigroupSegregation,
    SegregationProfile,
    segregation_multigroup,
    segregation_profile,
)
from spatial.statistics.segregation_inference import (
    CorrectedDissimilarity,
    SegregationNull,
    bias_corrected,
    segregation_null,
)
from spatial.statistics.spatial_dissimilarity import spatial_dissimilarity
from spatial.statistics.standardised import (
    ProbabilityMap,
    StandardisedRatios,
    choynowski,
    indirectly_expected,
    standard_rates,
    standardised_ratios,
)
from spatial.statistics.trend import TrendCorrection, TrendMethod, Trends, trends
from spatial.statistics.typology import Typology, typology
from spatial.statistics.weights import Weights

__all__ = [
    "DEFAULT_SEED",
    "MINIMUM_GLOBAL",
    "MINIMUM_LOCAL",
    "QUADRANTS",
    "BreakMethod",
    "ClassBreaks",
    "CompositeIndex",
    "CompositeMethod",
    "CorrectedDissimilarity",
    "DataError",
    "DuplicateKeys",
    "EmergingHotSpots",
    "EmptyGroup",
    "Funnel",
    "GlobalResult",
    "ImpossibleCounts",
    "Inequality",
    "InfiniteValues",
    "InvalidWeights",
    "KernelFunction",
    "Labelling",
    "LengthMismatch",
    "LisaMarkov",
    "LocalChange",
    "LocalResult",
    "MissingValues",
    "MultigroupSegregation",
    "NegativeValues",
    "NoLinks",
    "NoVariance",
    "OptionError",
    "OptionOutOfRange",
    "Part",
    "Places",
    "PooledRates",
    "ProbabilityMap",
    "RateIntervals",
    "Reading",
    "ScanCluster",
    "ScanResult",
    "SegregationChange",
    "SegregationDifference",
    "SegregationIndices",
    "SegregationNull",
    "SegregationProfile",
    "SmoothedRates",
    "SpatialMarkov",
    "StandardisedRates",
    "StandardisedRatios",
    "StatisticsError",
    "ThresholdProfile",
    "TooFewAreas",
    "TooFewDistinctValues",
    "TooFewPeriods",
    "Transitions",
    "TrendCorrection",
    "TrendMethod",
    "Trends",
    "Typology",
    "UnknownOption",
    "UnknownWeightsKey",
    "UnsuitableFormat",
    "UnusableGeometry",
    "UnusableScale",
    "Weights",
    "WeightsError",
    "ZeroDenominator",
    "attach_nearest",
    "bias_corrected",
    "bonferroni",
    "bridge_unpopulated",
    "choynowski",
    "class_breaks",
    "class_breaks_around",
    "class_breaks_given",
    "class_numbers",
    "composite_index",
    "concentration_profile",
    "drop_isolates",
    "emerging_hot_spots",
    "empirical_bayes",
    "fdr",
    "funnel",
    "funnel_curves",
    "geary",
    "geary_local",
    "getis_ord_general",
    "getis_ord_local",
    "higher_order",
    "indirectly_expected",
    "inequality",
    "join_counts",
    "join_counts_local",
    "lee",
    "lisa_markov",
    "local_change",
    "moran",
    "moran_bivariate",
    "moran_bivariate_local",
    "moran_eb",
    "moran_eb_local",
    "moran_local",
    "pooled_rates",
    "proximity_profile",
    "rate_intervals",
    "read_breaks",
    "read_correction",
    "read_crude_ratios",
    "read_global",
    "read_local",
    "read_power",
    "read_result",
    "read_stratified_ratios",
    "segregation_change",
    "segregation_difference",
    "segregation_indices",
    "segregation_multigroup",
    "segregation_null",
    "segregation_profile",
    "spatial_dissimilarity",
    "spatial_markov",
    "spatial_scan",
    "standard_rates",
    "standardised_rates",
    "standardised_ratios",
    "to_csv",
    "to_gal",
    "to_gwt",
    "transitions",
    "trends",
    "typology",
    "weights_block",
    "weights_borders",
    "weights_distance",
    "weights_from_pairs",
    "weights_kernel",
    "weights_knn",
    "weights_queen",
    "weights_rook",
]
