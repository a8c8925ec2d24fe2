"""What is compared: for each row, our side and the peer's, doing the same work on the same data.

Libraries are imported where they are used, so that a process that measures memory holds those of one side only.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench import data

if TYPE_CHECKING:
    from spatial.statistics import Weights

Call = Callable[[], Any]
_SEED = 12345
_THREADS = 2
#: How often a call is run at most; a process that measures memory runs it once and sets this to 1.
runs_ahead = 12


@dataclass(frozen=True)
class Row:
    """One line of the table.

    ``ours`` and ``theirs`` prepare everything that is not compared and return the call that is. ``least`` and ``aim``
    are the ratios asked for. ``runs`` is the number of timed runs of each side. ``opening`` is the peer once more,
    starting from the file with the geometry as its users must; only its memory is measured.
    """

    name: str
    work: str
    peer: str
    ours: Callable[[], Call]
    theirs: Callable[[], Call]
    least: float
    aim: float
    runs: int = 5
    opening: Callable[[], Call] | None = None


# -- the same maps for both sides ---------------------------------------------------------------------------------


def _our_municipalities() -> tuple[Weights, list[float]]:
    """Weights from the file that the peers read too, and values."""
    from spatial.statistics import weights_from_pairs

    keys, values = data.municipalities()
    rows = data.municipalities_gal().read_text().splitlines()[1:]
    pairs = (
        (head.split()[0], neighbour)
        for head, neighbours in zip(rows[::2], rows[1::2], strict=True)
        for neighbour in neighbours.split()
    )
    return weights_from_pairs(pairs, keys), values


def _pygeoda_municipalities() -> tuple[Any, list[float]]:
    from pygeoda.weights import read_gal

    keys, values = data.municipalities()
    return read_gal(str(data.municipalities_gal()), keys), values


def _pygeoda_opened(path: Path, column: str) -> tuple[Any, list[float]]:
    """Weights and values as a user of pygeoda gets them who has a map."""
    import pygeoda

    source = pygeoda.open(str(path))
    return pygeoda.queen_weights(source), list(source.GetRealCol(column))


def _pygeoda_map() -> tuple[Any, list[float]]:
    return _pygeoda_opened(data.municipalities_shapefile(), "value")


def _pygeoda_cells() -> tuple[Any, list[float]]:
    return _pygeoda_opened(data.census_shapefile(), "residents")


def _pysal_municipalities() -> tuple[Any, Any]:
    import libpysal
    import numpy as np

    _, values = data.municipalities()
    with closing(libpysal.io.open(str(data.municipalities_gal()))) as file:
        peers = file.read()
    peers.transform = "r"
    return peers, np.array(values)


# -- local statistics -------------------------------------------------------------------------------------------


def _ours_local(name: str, permutations: int) -> Callable[[], Call]:
    def prepare() -> Call:
        import spatial.statistics

        statistic = getattr(spatial.statistics, name)
        weights, values = _our_municipalities()
        return lambda: statistic(values, weights, permutations=permutations, seed=_SEED)

    return prepare


def _complete(lisa: Any) -> tuple[Any, Any, Any]:
    """What pygeoda's answer holds once it has been asked: clusters, p and the threshold of the false discovery rate."""
    return lisa.lisa_clusters(), lisa.lisa_pvalues(), lisa.lisa_fdr(0.05)


def _pygeoda_local(
    name: str, permutations: int, start: Callable[[], tuple[Any, list[float]]] = _pygeoda_municipalities
) -> Callable[[], Call]:
    def prepare() -> Call:
        import pygeoda

        weights, values = start()
        statistic = getattr(pygeoda, name)
        return lambda: _complete(
            statistic(
                weights,
                values,
                permutations=permutations,
                permutation_method="lookup-table",
                cpu_threads=_THREADS,
                seed=_SEED,
            )
        )

    return prepare


def _esda_local(permutations: int) -> Callable[[], Call]:
    def prepare() -> Call:
        import esda

        weights, values = _pysal_municipalities()

        def call() -> Any:
            result = esda.Moran_Local(values, weights, permutations=permutations, seed=_SEED, n_jobs=-1)
            return esda.fdr(result.p_sim, 0.05), result

        return call

    return prepare


def _ours_census() -> Call:
    from spatial.statistics import moran_local, weights_distance

    centres, keys, residents = data.census_cells()
    weights = weights_distance(centres, keys, 1500.0)
    return lambda: moran_local(residents, weights, permutations=9999, seed=_SEED)


# -- global -----------------------------------------------------------------------------------------------------


def _ours_global() -> Call:
    from spatial.statistics import moran

    weights, values = _our_municipalities()
    return lambda: moran(values, weights, permutations=999, seed=_SEED)


def _esda_global() -> Call:
    import esda

    weights, values = _pysal_municipalities()
    return lambda: esda.Moran(values, weights, permutations=999)


# -- first statistic after process start ------------------------------------------------------------------------

_FIRST_OURS = """
import shapely
from spatial.statistics import moran_local, weights_queen
shapes = [shapely.box(i % 21, i // 21, i % 21 + 1, i // 21 + 1) for i in range(420)]
keys = [f"{i:03}" for i in range(420)]
values = [(37 * i) % 101 for i in range(420)]
print(moran_local(values, weights_queen(shapes, keys), permutations=999).class_counts())
"""
_FIRST_ESDA = """
import warnings
warnings.simplefilter("ignore")
import numpy as np, shapely
from esda import Moran_Local
from libpysal.weights import Queen
shapes = [shapely.box(i % 21, i // 21, i % 21 + 1, i // 21 + 1) for i in range(420)]
values = np.array([(37 * i) % 101 for i in range(420)])
print(Moran_Local(values, Queen.from_iterable(shapes), permutations=999, seed=1).q[:3])
"""


def _process(program: str) -> Callable[[], Call]:
    return lambda: lambda: subprocess.run([sys.executable, "-c", program], check=True, stdout=subprocess.DEVNULL)


# -- weights ----------------------------------------------------------------------------------------------------


def _ours_queen(tolerance: float | None = 1e-8) -> Callable[[], Call]:
    def prepare() -> Call:
        from spatial.statistics import weights_queen

        keys, _ = data.municipalities()
        # Geometries that no earlier run has prepared.
        waiting = [data.municipal_shapes() for _ in range(runs_ahead)]
        return lambda: weights_queen(waiting.pop(), keys, tolerance=tolerance)

    return prepare


def _ours_queen_from_file() -> Call:
    import pyogrio.raw
    import shapely

    from spatial.statistics import weights_queen

    path = data.municipalities_shapefile()

    def call() -> Any:
        _, _, geometry, columns = pyogrio.raw.read(path, columns=["ags"])
        return weights_queen(shapely.from_wkb(geometry), columns[0].tolist())

    return call


def _libpysal_queen() -> Call:
    import geopandas
    from libpysal.graph import Graph

    keys, _ = data.municipalities()
    frame = geopandas.GeoSeries(data.municipal_shapes(), index=keys, crs="EPSG:25832")
    return lambda: Graph.build_contiguity(frame, rook=False)


def _pygeoda_queen_from_file() -> Call:
    import pygeoda

    path = str(data.municipalities_shapefile())
    return lambda: pygeoda.queen_weights(pygeoda.open(path))


# -- segregation ------------------------------------------------------------------------------------------------


def _ours_spatial_dissimilarity() -> Call:
    from spatial.statistics import Places, segregation_indices

    weights, _ = _our_municipalities()
    group, total = data.groups(weights.n)
    places = Places(neighbours=weights)
    return lambda: segregation_indices(group, total, places=places)


def _segregation_frame() -> Any:
    import geopandas

    shapes = data.municipal_shapes()
    group, total = data.groups(len(shapes))
    return geopandas.GeoDataFrame({"group": group, "total": total}, geometry=shapes, crs="EPSG:25832")


def _their_spatial_dissimilarity() -> Call:
    from segregation.singlegroup import SpatialDissim

    frame = _segregation_frame()
    weights, _ = _pysal_municipalities()
    return lambda: SpatialDissim(frame, "group", "total", w=weights)


def _ours_segregation_inference() -> Call:
    from spatial.statistics import segregation_null

    group, total = data.groups(len(data.municipalities()[0]))
    return lambda: segregation_null(group, total, permutations=999, seed=_SEED)


def _their_segregation_inference() -> Call:
    from segregation.inference import SingleValueTest
    from segregation.singlegroup import Dissim

    index = Dissim(_segregation_frame(), "group", "total")
    return lambda: SingleValueTest(index, null_approach="systematic", iterations_under_null=999, n_jobs=1)


_MAP = "11 299 municipalities (VG250, 2016, full detail, queen)"
ROWS: tuple[Row, ...] = (
    Row(
        "local-moran",
        f"local Moran, {_MAP}, 9 999 permutations",
        "pygeoda 0.1.3, lookup table, 2 threads",
        _ours_local("moran_local", 9999),
        _pygeoda_local("local_moran", 9999),
        20,
        100,
        5,
        _pygeoda_local("local_moran", 9999, _pygeoda_map),
    ),
    Row(
        "getis-ord",
        f"Gi*, {_MAP}, 9 999 permutations",
        "pygeoda 0.1.3, lookup table, 2 threads",
        _ours_local("getis_ord_local", 9999),
        _pygeoda_local("local_gstar", 9999),
        20,
        100,
        5,
        _pygeoda_local("local_gstar", 9999, _pygeoda_map),
    ),
    Row(
        "local-moran-esda",
        f"local Moran, {_MAP}, 9 999 permutations",
        "esda 2.9.0, warm, all cores",
        _ours_local("moran_local", 9999),
        _esda_local(9999),
        100,
        500,
        3,
    ),
    Row(
        "local-moran-99999",
        f"local Moran, {_MAP}, ours 99 999 permutations, the peer's 999",
        "pygeoda 0.1.3, lookup table, 2 threads, 999",
        _ours_local("moran_local", 99_999),
        _pygeoda_local("local_moran", 999),
        1,
        1,
        5,
        _pygeoda_local("local_moran", 999, _pygeoda_map),
    ),
    Row(
        "first",
        "first local Moran after process start, 420 areas, imports and queen weights included",
        "esda 2.9.0",
        _process(_FIRST_OURS),
        _process(_FIRST_ESDA),
        20,
        50,
        3,
    ),
    Row(
        "census",
        "local Moran, 214 633 census cells of 1 km, 9 999 permutations",
        "pygeoda 0.1.3, lookup table, 2 threads",
        _ours_census,
        _pygeoda_local("local_moran", 9999, _pygeoda_cells),
        50,
        200,
        1,
    ),
    Row(
        "queen",
        f"queen weights, {_MAP}, geometries in memory",
        "libpysal.graph 4.14.1",
        _ours_queen(),
        _libpysal_queen,
        20,
        50,
        3,
    ),
    Row(
        "queen-vertices",
        f"queen weights, {_MAP}, shared vertices only as the peer has it, the peer's file opening counted",
        "pygeoda 0.1.3",
        _ours_queen(None),
        _pygeoda_queen_from_file,
        3,
        10,
        7,
    ),
    Row(
        "queen-opening",
        f"queen weights, {_MAP}, T-junctions and gaps included, the peer's file opening counted",
        "pygeoda 0.1.3",
        _ours_queen(),
        _pygeoda_queen_from_file,
        3,
        10,
        7,
    ),
    Row(
        "queen-file",
        f"queen weights, {_MAP}, file opening counted on both sides",
        "pygeoda 0.1.3",
        _ours_queen_from_file,
        _pygeoda_queen_from_file,
        3,
        10,
        5,
    ),
    Row(
        "moran",
        f"global Moran, {_MAP}, 999 permutations",
        "esda 2.9.0",
        _ours_global,
        _esda_global,
        1,
        1,
        3,
    ),
    Row(
        "spatial-dissimilarity",
        f"spatial dissimilarity with all other indices of segregation, {_MAP}, neighbours given",
        "segregation 2.5.4 (SpatialDissim)",
        _ours_spatial_dissimilarity,
        _their_spatial_dissimilarity,
        100,
        1000,
        3,
    ),
    Row(
        "segregation-inference",
        f"inference on D under the systematic null, {_MAP}, 999 samples",
        "segregation 2.5.4",
        _ours_segregation_inference,
        _their_segregation_inference,
        8,
        20,
        1,
    ),
)
