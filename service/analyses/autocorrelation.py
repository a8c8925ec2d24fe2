"""Spatial autocorrelation, global and local: statistics of values over weights, with a permutation p."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from service.analyses import budget
from service.analyses.budget import Size
from service.analyses.figures import COUNTS
from service.analyses.forms import global_form, local_form
from service.analyses.material import Material
from service.analyses.method import CHANCE, ONE, SPACE, Method
from service.analyses.options import Check, number, one_of
from service.analyses.question import Question
from spatial import statistics
from spatial.statistics.blocks import BLOCK_ROWS

LOCAL_BLOCK_ROWS = 10_000
"""Permutations of a block of the local statistics, where neighbours weigh differently."""

_BINARY, _ROW_STANDARDISED = "B", "R"
_GLOBAL, _LOCAL = "global", "local"
_ONE, _TWO, _COUNTS = ("values",), ("values", "second_values"), ("numerators", "denominators")


def _method(
    id_: str,
    titles: tuple[str, str],
    kind: str,
    function: Callable[..., Any],
    *,
    style: str,
    columns: tuple[str, ...] = _ONE,
    seconds: Callable[[Size], float] = budget.shuffled,
    options: Mapping[str, Check] | None = None,
    page: str = "",
) -> Method:
    two = columns == _TWO

    def compute(material: Material, question: Question) -> Any:
        return function(
            *(material.columns[name] for name in columns),
            material.linked,
            permutations=question.permutations,
            seed=question.seed,
            style=material.style,
            **({"inside": material.inside} if kind == _LOCAL and material.ring else {}),
            **dict(question.options),
        )

    def block_rows(question: Question) -> int:
        if kind == _GLOBAL:
            return BLOCK_ROWS
        plain = seconds is budget.drawn and question.kind_of_weights != "kernel"
        return 0 if plain else LOCAL_BLOCK_ROWS

    return Method(
        id=id_,
        title={"de": titles[0], "en": titles[1]},
        kind=kind,
        parameters=("indicator", *(("second", "second_period") if two else ()), *ONE[1:], *SPACE, *CHANCE),
        requires=("indicator", "second") if two else ("indicator",),
        needs=frozenset({COUNTS} if columns == _COUNTS else ()),
        options=options or {},
        compute=compute,
        form=global_form if kind == _GLOBAL else local_form,
        seconds=seconds,
        style=style,
        block_rows=block_rows,
        page=page,
    )


AUTOCORRELATION = (
    _method("moran", ("Morans I", "Moran's I"), _GLOBAL, statistics.moran, style=_ROW_STANDARDISED),
    _method("geary", ("Gearys C", "Geary's C"), _GLOBAL, statistics.geary, style=_ROW_STANDARDISED),
    _method("getis-ord-g", ("Getis-Ord G", "Getis-Ord G"), _GLOBAL, statistics.getis_ord_general, style=_BINARY),
    _method(
        "join-counts",
        ("Nachbarpaare über einer Schwelle (Join Counts)", "Neighbours above a threshold (join counts)"),
        _GLOBAL,
        statistics.join_counts,
        style=_BINARY,
        options={"threshold": number, "sampling": one_of("nonfree", "free")},
    ),
    _method(
        "bivariate-moran",
        ("Bivariates Moran", "Bivariate Moran"),
        _GLOBAL,
        statistics.moran_bivariate,
        style=_ROW_STANDARDISED,
        columns=_TWO,
    ),
    _method(
        "lee",
        ("Lees L", "Lee's L"),
        _GLOBAL,
        statistics.lee,
        style=_ROW_STANDARDISED,
        columns=_TWO,
        seconds=budget.shuffled_twice,
    ),
    _method(
        "eb-moran",
        ("Morans I von Raten (Assunção und Reis)", "Moran's I of rates (Assunção and Reis)"),
        _GLOBAL,
        statistics.moran_eb,
        style=_ROW_STANDARDISED,
        columns=_COUNTS,
    ),
    _method(
        "local-moran",
        ("Lokales Moran (LISA)", "Local Moran (LISA)"),
        _LOCAL,
        statistics.moran_local,
        style=_ROW_STANDARDISED,
        seconds=budget.drawn,
    ),
    _method(
        "local-geary",
        ("Lokales Geary", "Local Geary"),
        _LOCAL,
        statistics.geary_local,
        style=_ROW_STANDARDISED,
        seconds=budget.each,
    ),
    _method(
        "getis-ord",
        ("Hotspots (Gi*)", "Hot spots (Gi*)"),
        _LOCAL,
        partial(statistics.getis_ord_local, star=True),
        style=_BINARY,
        seconds=budget.drawn,
    ),
    _method(
        "getis-ord-gi",
        ("Hotspots ohne das Gebiet selbst (Gi)", "Hot spots without the area itself (Gi)"),
        _LOCAL,
        partial(statistics.getis_ord_local, star=False),
        style=_BINARY,
        seconds=budget.drawn,
        page="getis-ord",
    ),
    _method(
        "local-join-counts",
        ("Lokale Nachbarpaare über einer Schwelle", "Local join counts"),
        _LOCAL,
        statistics.join_counts_local,
        style=_BINARY,
        seconds=budget.drawn,
        options={"threshold": number},
    ),
    _method(
        "local-bivariate-moran",
        ("Lokales bivariates Moran", "Local bivariate Moran"),
        _LOCAL,
        statistics.moran_bivariate_local,
        style=_ROW_STANDARDISED,
        columns=_TWO,
        seconds=budget.drawn,
    ),
    _method(
        "local-eb-moran",
        ("Lokales Moran von Raten", "Local Moran of rates"),
        _LOCAL,
        statistics.moran_eb_local,
        style=_ROW_STANDARDISED,
        columns=_COUNTS,
        seconds=budget.drawn,
    ),
)
