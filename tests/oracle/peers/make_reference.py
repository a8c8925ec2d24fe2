# mypy: ignore-errors
"""Write reference.json: what PySAL and pymannkendall give for data sets that libpysal carries.

Run it with a Python that has ``segregation giddy inequality esda pymannkendall geopandas``, not with that of the
project: ``python make_reference.py > reference.json``.
"""

import json
import sys
import warnings
from importlib.metadata import version

import numpy as np

warnings.simplefilter("ignore")

import esda.smoothing  # noqa: E402
import geopandas  # noqa: E402
import giddy.markov  # noqa: E402
import libpysal  # noqa: E402
import pandas  # noqa: E402
import pymannkendall  # noqa: E402
import segregation.multigroup as several  # noqa: E402
import segregation.singlegroup as single  # noqa: E402
from inequality.gini import Gini  # noqa: E402
from inequality.theil import Theil, TheilD  # noqa: E402
from segregation.decomposition import DecomposeSegregation  # noqa: E402
from segregation.dynamics import compute_multiscalar_profile  # noqa: E402
from segregation.inference import TwoValueTest  # noqa: E402

PACKAGES = ("segregation", "giddy", "inequality", "esda", "pymannkendall", "libpysal", "numpy")
EVENNESS = {
    "d": single.Dissim,
    "gini": single.Gini,
    "entropy": single.Entropy,
    "atkinson": single.Atkinson,
    "isolation": single.Isolation,
    "interaction": single.Interaction,
    "correlation_ratio": single.CorrelationR,
    "minmax": single.MinMax,
}
PLACED = {
    "delta": single.Delta,
    "absolute_concentration": single.AbsoluteConcentration,
    "relative_concentration": single.RelativeConcentration,
    "absolute_centralisation": single.AbsoluteCentralization,
    "relative_centralisation": single.RelativeCentralization,
    "absolute_clustering": single.AbsoluteClustering,
    "relative_clustering": single.RelativeClustering,
    "spatial_proximity": single.SpatialProximity,
    "decay_isolation": single.DistanceDecayIsolation,
    "decay_interaction": single.DistanceDecayInteraction,
    "spatial_d": single.SpatialDissim,
    "boundary_d": single.BoundarySpatialDissim,
    "perimeter_d": single.PARDissim,
}
SEVERAL = {
    "d": several.MultiDissim,
    "gini": several.MultiGini,
    "entropy": several.MultiInfoTheory,
    "relative_diversity": several.MultiRelativeDiversity,
    "exposure": several.MultiNormExposure,
}


def north_carolina():
    path = libpysal.examples.get_path("sids2.shp")
    return geopandas.read_file(path).set_crs(4267, allow_override=True).to_crs(32119)


def segregation_of(counties):
    small = counties.copy()
    small["NWBIR74"], small["BIR74"] = np.round(small.NWBIR74 / 100), np.round(small.BIR74 / 20)
    counties["OTHER"] = counties.BIR74 - counties.NWBIR74 - counties.SID74
    names = ["NWBIR74", "SID74", "OTHER"]
    first, second = single.Dissim(counties, "NWBIR74", "BIR74"), single.Dissim(counties, "NWBIR79", "BIR79")
    splits = {
        kind: DecomposeSegregation(first, second, counterfactual_approach=kind) for kind in ("composition", "share")
    }
    counties["REST"] = counties.BIR74 - counties.NWBIR74
    profile = compute_multiscalar_profile(
        counties,
        several.MultiInfoTheory,
        groups=["NWBIR74", "REST"],
        distances=[30_000, 60_000, 100_000],
        function="triangular",
    )
    return {
        "indices": {
            name: float(index(counties, "NWBIR74", "BIR74").statistic) for name, index in {**EVENNESS, **PLACED}.items()
        },
        "several": {name: float(index(counties, groups=names).statistic) for name, index in SEVERAL.items()},
        "density_corrected_small": float(single.DensityCorrectedDissim(small, "NWBIR74", "BIR74").statistic),
        "bootstrap_small": float(single.BiasCorrectedDissim(small, "NWBIR74", "BIR74", B=10_000).statistic),
        "concentration_profile": float(single.ConProf(counties, "NWBIR74", "BIR74").statistic),
        "proximity_profile": float(single.SpatialProxProf(counties, "NWBIR74", "BIR74").statistic),
        "change": {kind: [float(-split.c_s), float(-split.c_a)] for kind, split in splits.items()},
        "profile": [float(value) for value in profile],
        "difference": differences(counties),
    }


def differences(counties):
    """Random labelling of two dates, and of west and east; PySAL's difference is first less second."""
    west = counties.geometry.centroid.x < 500_000
    first, born = "NWBIR74", "BIR74"
    maps = {
        "dates": (single.Dissim(counties, first, born), single.Dissim(counties, "NWBIR79", "BIR79")),
        "regions": (single.Dissim(counties[west], first, born), single.Dissim(counties[~west], first, born)),
    }
    found = {}
    for name, (one, other) in maps.items():
        test = TwoValueTest(one, other, iterations_under_null=999, null_approach="random_label", n_jobs=1)
        simulated = np.asarray(test.est_sim)
        observed = [float(-test.est_point_diff), float(-simulated.mean())]
        found[name] = [*observed, float(simulated.std(ddof=1)), float(test.p_value)]
    return found


def rates_of(counties):
    weights = libpysal.io.open(libpysal.examples.get_path("sids2.gal")).read()
    weights.id_order = weights.id_order
    counts = counties.SID79.to_numpy(), counties.BIR79.to_numpy()
    return {
        "empirical_bayes": esda.smoothing.Empirical_Bayes(*counts).r.ravel().tolist(),
        # NaN, 0 / 0, where neither a county nor its neighbours have an event.
        "spatial_empirical_bayes": [
            None if np.isnan(rate) else float(rate)
            for rate in esda.smoothing.Spatial_Empirical_Bayes(*counts, weights).r.ravel()
        ],
    }


def states():
    table = pandas.read_csv(libpysal.examples.get_path("usjoin.csv"))
    incomes = table[[str(year) for year in range(1929, 2010)]].to_numpy(dtype=float)
    weights = libpysal.io.open(libpysal.examples.get_path("states48.gal")).read()
    weights.transform = "r"
    relative = incomes / incomes.mean(axis=0)
    found = {}
    for m in (4, 5):
        chain = giddy.markov.Spatial_Markov(relative, weights, fixed=True, k=5, m=m)
        found[f"spatial_markov_{m}"] = [float(chain.Q), float(chain.LR), int(chain.dof_hom)]
        found["steady_state"] = [float(share) for share in chain.s]
    lisa = giddy.markov.LISA_Markov(incomes, weights)
    found["lisa_transitions"] = np.asarray(lisa.transitions).tolist()
    found["lisa_chi_square"] = float(lisa.chi_2[0])
    found["theil_1929"] = float(Theil(incomes[:, 0]).T)
    found["gini_1929"] = float(Gini(incomes[:, 0]).g)
    return found


def mexico():
    table = pandas.read_csv(libpysal.examples.get_path("mexico.csv"))
    found = {}
    for year in range(1940, 2001, 10):
        values = table[f"pcgdp{year}"].to_numpy(dtype=float)
        parts = TheilD(values, table["hanson98"].to_numpy())
        found[str(year)] = [float(parts.T), float(np.ravel(parts.bg)[0]), float(Gini(values).g)]
    return found


def series():
    rng = np.random.default_rng(7)
    found = []
    for length in (5, 12, 20):
        values = rng.integers(0, 9, length).astype(float)
        test = pymannkendall.original_test(values)
        found.append([values.tolist(), int(test.s), float(test.var_s), float(test.z), float(test.p), float(test.slope)])
    return found


def alike_series():
    """Hamed and Rao's test of states' relative incomes, and of every third year of them."""
    table = pandas.read_csv(libpysal.examples.get_path("usjoin.csv"))
    incomes = table[[str(year) for year in range(1929, 2010)]].to_numpy(dtype=float)
    relative = incomes / incomes.mean(axis=0)
    found = []
    for state, step in ((0, 1), (3, 1), (10, 3), (21, 3), (40, 3)):
        test = pymannkendall.hamed_rao_modification_test(relative[state, ::step])
        found.append([state, step, float(test.var_s), float(test.z), float(test.p), float(test.slope)])
    return found


if __name__ == "__main__":
    np.random.seed(1)  # noqa: NPY002 - the bootstrap of segregation uses the global state
    counties = north_carolina()
    document = {
        "versions": {name: version(name) for name in PACKAGES},
        "segregation": segregation_of(counties),
        "rates": rates_of(counties),
        "states": states(),
        "mexico": mexico(),
        "series": series(),
        "alike_series": alike_series(),
    }
    json.dump(document, sys.stdout, indent=1)
