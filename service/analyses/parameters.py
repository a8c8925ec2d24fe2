"""The parameters of all statistics: one table for HTTP, the command line and the documentation."""

from __future__ import annotations

from dataclasses import dataclass

DEFAULT_SEED = 12345


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter; each statistic takes some of them.

    Attributes
    ----------
    kind : type
        ``str``, ``int``, ``float`` or ``bool``.
    description : str
    """

    kind: type
    description: str


PARAMETERS: dict[str, Parameter] = {
    "indicator": Parameter(str, "Id of the indicator"),
    "second": Parameter(str, "Id of the second indicator of bivariate statistics: that of the neighbours"),
    "second_period": Parameter(str, "Period of the second indicator; default: that of the first"),
    "indicators": Parameter(str, "Ids of several indicators, separated by commas"),
    "period": Parameter(str, "Default: the newest; several indicators: each at its newest period until this one"),
    "periods": Parameter(str, "Range of periods first..last, ends may be left out; default: all"),
    "base": Parameter(str, "Earlier period that is compared with, or whose distribution fixes the scale"),
    "residents": Parameter(str, "Id of the indicator that counts the residents"),
    "reference": Parameter(str, "Key of the area whose rate is the standard; default: all areas of the selection"),
    "groups": Parameter(str, "Upper level, or column of the boundary file, that groups the areas"),
    "level": Parameter(str, "Level of the areas; default: the smallest"),
    "within": Parameter(str, "Only areas in the area of this key"),
    "second_within": Parameter(str, "Key of another area whose areas are compared with those of the first one"),
    "vintage": Parameter(str, "Boundaries of this day, YYYY-MM-DD; default: the newest"),
    "centre_area": Parameter(str, "Key of the area whose centroid is the centre of centralisation; default: none"),
    "weights": Parameter(
        str, "queen (default), rook, queen:2, knn:4, kernel:gaussian:8 or kernel:gaussian:15000m (also triangular, "
        "epanechnikov, quartic, uniform), distance:15000 (metres), block:kreis (upper level or column)"
    ),
    "style": Parameter(str, "R row-standardised or B binary; default: that of the statistic"),
    "isolates": Parameter(str, "bridge over unpopulated areas (default), knn1 nearest area, or drop"),
    "ring": Parameter(bool, "Add the areas that touch the selection"),
    "permutations": Parameter(int, "Random permutations; default 9999, for segregation and scan 999"),
    "seed": Parameter(int, f"Seed of the random numbers; default {DEFAULT_SEED}"),
    "threshold": Parameter(float, "Join counts: areas above it are counted; default: the mean"),
    "sampling": Parameter(str, "Join counts: nonfree (default) or free sampling for the analytic variance"),
    "interval": Parameter(str, "wilson (default) for shares or byar for events that can repeat"),
    "confidence": Parameter(float, "Confidence level of intervals; default 0.95"),
    "alpha": Parameter(float, "Level of the tests of emerging hot spots; default 0.05"),
    "correction": Parameter(
        str, "Trends of more than ten periods: none (default) or hamed-rao, for periods that resemble those before"
    ),
    "distribution": Parameter(str, "Funnel: binomial (default) or poisson"),
    "target": Parameter(float, "Funnel: rate in the unit of the indicator; default: that of all areas"),
    "index": Parameter(
        str, "Index that is tested: d (default), gini, entropy, atkinson, isolation, interaction, correlation_ratio, "
        "spatial_d"
    ),
    "null": Parameter(str, "What is left to chance: systematic (default), person-permutation, geographic"),
    "alternative": Parameter(str, "two-sided (default) or greater"),
    "atkinson": Parameter(float, "Parameter b of Atkinson's index; default 0.5"),
    "decay": Parameter(float, "Metres over which proximity falls to 37 per cent"),
    "distances": Parameter(str, "Radii of a profile in metres, separated by commas"),
    "counterfactual": Parameter(str, "composition (default) or share"),
    "method": Parameter(
        str, "Composite: z-score (default), min-max, rank, geometric, pca (for diagnosis). Classes: quantiles "
        "(default), equal, fisher-jenks, head-tail, standard-deviation, diverging, manual"
    ),
    "polarities": Parameter(str, "1 or -1 for each indicator; default: those of the catalogue"),
    "importance": Parameter(str, "Weight of each indicator; default: equal"),
    "coverage": Parameter(float, "Share of the weight that must be known; default 0.8"),
    "status_cuts": Parameter(str, "Three descending cut points of the status, in standard deviations"),
    "dynamics_cuts": Parameter(str, "Two descending cut points of the dynamics, in standard deviations"),
    "minimum_residents": Parameter(float, "Areas with fewer residents are not classified; default 300"),
    "k": Parameter(int, "Number of classes; default 5"),
    "breaks": Parameter(str, "Inner breaks of manual classes, ascending, separated by commas"),
    "centre": Parameter(
        float, "Value around which diverging classes lie; default: the published value of the area within which they "
        "are, else the rate of all areas together, else the mean of the areas"
    ),
    "width": Parameter(float, "Width of a diverging class; default: the standard deviation about the centre"),
    "profile": Parameter(str, "concentration (default) or proximity"),
    "thresholds": Parameter(int, "Number of thresholds of a profile; default 1000"),
    "scan_for": Parameter(str, "high (default), low or both"),
    "maximum_share": Parameter(float, "Largest share of the population in a circle; default 0.5"),
}  # fmt: skip
