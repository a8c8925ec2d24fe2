"""A MapLibre style for one indicator, readable for QGIS too.

QGIS converts only simple styles faithfully: one fill layer per class with a range filter and a constant colour. Data
expressions such as ``step``, ``case`` and ``interpolate`` come out blank or wrong there, so none is used.
"""

from __future__ import annotations

from typing import Any

from styles.classification import Classification
from styles.palettes import MISSING, UNPOPULATED

_OUTLINE = "#ffffff"


def maplibre_style(
    classification: Classification,
    *,
    name: str,
    source_url: str,
    source_layer: str,
    property_name: str = "value",
    attribution: str = "",
) -> dict[str, Any]:
    """MapLibre style JSON of a classified map.

    Parameters
    ----------
    classification : Classification
        With classes; counts are drawn by the viewer and have no style of filled areas.
    name : str
        Title of the style.
    source_url : str
        URL of a TileJSON document whose tiles carry the values.
    source_layer : str
        Layer of the tiles.
    property_name : str
        Attribute that holds the value; areas without a value lack it.
    attribution : str
        Line shown on the map.

    Returns
    -------
    dict
        Style specification version 8. Layers: the fill of areas without a value below everything, unpopulated areas,
        one fill layer per class from the lowest to the highest with the label in ``metadata``, and the borders.
    """
    source: dict[str, Any] = {"type": "vector", "url": source_url}
    if attribution:
        source["attribution"] = attribution
    common = {"source": "areas", "source-layer": source_layer}
    layers: list[dict[str, Any]] = [
        {"id": "background", "type": "background", "paint": {"background-color": "#ffffff"}},
        {
            "id": "missing",
            "type": "fill",
            **common,
            "paint": {"fill-color": MISSING.color},
            "metadata": {"label": {"de": "kein Wert", "en": "no value"}, "hatch": MISSING.hatch},
        },
        {
            "id": "unpopulated",
            "type": "fill",
            **common,
            "filter": ["==", ["get", "populated"], False],
            "paint": {"fill-color": UNPOPULATED.color},
            "metadata": {"label": {"de": "unbewohnt", "en": "unpopulated"}, "hatch": UNPOPULATED.hatch},
        },
    ]
    labels_de, labels_en = classification.labels("de"), classification.labels("en")
    for number, one in enumerate(classification.classes):
        above = ">=" if number == 0 else ">"
        value = ["get", property_name]
        layers.append(
            {
                "id": f"class-{number + 1}",
                "type": "fill",
                **common,
                "filter": ["all", ["has", property_name], [above, value, one.lower], ["<=", value, one.upper]],
                "paint": {"fill-color": one.color},
                "metadata": {"label": {"de": labels_de[number], "en": labels_en[number]}},
            }
        )
    layers.append({"id": "borders", "type": "line", **common, "paint": {"line-color": _OUTLINE, "line-width": 0.6}})
    return {"version": 8, "name": name, "sources": {"areas": source}, "layers": layers}
