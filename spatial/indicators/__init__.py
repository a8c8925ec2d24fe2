"""Indicators: catalogue, table readers, cell symbols, periods, and the import of statistical files."""

from __future__ import annotations

from spatial.indicators.area_names import register_names
from spatial.indicators.areas import AreaIndex, AreaRow
from spatial.indicators.catalogue import (
    Catalogue,
    DisclosureProfile,
    Indicator,
    Theme,
    check_catalogue,
    check_collection_ids,
)
from spatial.indicators.cells import Cell, parse_cell
from spatial.indicators.comparison import FigureKey, Stored, StoredFigure
from spatial.indicators.definitions import load_catalogue
from spatial.indicators.errors import (
    AmbiguousRows,
    AmbiguousUnit,
    CatalogueError,
    DestroyedKeys,
    EmptyTable,
    FiguresNeeded,
    IndicatorError,
    MalformedCell,
    MalformedPeriod,
    MappingError,
    MixedPeriods,
    NoKnownKey,
    NoSuchFigures,
    NothingFits,
    OversizedTable,
    ProtectionError,
    ProtectionImpossible,
    ProtectionLeak,
    ProtectionTooLong,
    RejectedRows,
    SeveralTables,
    TableError,
    UnknownIndicator,
    UnknownTableForm,
    UnreadableTable,
)
from spatial.indicators.imports import ImportResult, import_table
from spatial.indicators.mapping import TableMapping, load_mapping, mapping_from_dict, render_mapping
from spatial.indicators.observations import Flag, Observation, Status
from spatial.indicators.periods import (
    parse_period,
    period_end,
    period_kind,
    period_of_day,
    period_sort_key,
    period_start,
    year_before,
)
from spatial.indicators.readers.files import fingerprint, source_name
from spatial.indicators.report import Changes, ImportReport, Rejection, Repair, refusal_report
from spatial.indicators.sentences import Sentence
from spatial.indicators.tables import Table, read_table

__all__ = [
    "AmbiguousRows",
    "AmbiguousUnit",
    "AreaIndex",
    "AreaRow",
    "Catalogue",
    "CatalogueError",
    "Cell",
    "Changes",
    "DestroyedKeys",
    "DisclosureProfile",
    "EmptyTable",
    "FigureKey",
    "FiguresNeeded",
    "Flag",
    "ImportReport",
    "ImportResult",
    "Indicator",
    "IndicatorError",
    "MalformedCell",
    "MalformedPeriod",
    "MappingError",
    "MixedPeriods",
    "NoKnownKey",
    "NoSuchFigures",
    "NothingFits",
    "Observation",
    "OversizedTable",
    "ProtectionError",
    "ProtectionImpossible",
    "ProtectionLeak",
    "ProtectionTooLong",
    "RejectedRows",
    "Rejection",
    "Repair",
    "Sentence",
    "SeveralTables",
    "Status",
    "Stored",
    "StoredFigure",
    "Table",
    "TableError",
    "TableMapping",
    "Theme",
    "UnknownIndicator",
    "UnknownTableForm",
    "UnreadableTable",
    "check_catalogue",
    "check_collection_ids",
    "fingerprint",
    "import_table",
    "load_catalogue",
    "load_mapping",
    "mapping_from_dict",
    "parse_cell",
    "parse_period",
    "period_end",
    "period_kind",
    "period_of_day",
    "period_sort_key",
    "period_start",
    "read_table",
    "refusal_report",
    "register_names",
    "render_mapping",
    "source_name",
    "year_before",
]
