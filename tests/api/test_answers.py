"""The answers have the forms that the API definition promises, and the types of the viewer are made from it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from starlette.testclient import TestClient

from service import answers
from service.analyses.parameters import PARAMETERS
from service.analyses.registry import METHODS
from service.app import api_definition, create_app
from service.settings import Settings
from service.typescript import main, typescript
from tests.api.asking import asked

TYPES = Path(__file__).parents[2] / "web" / "src" / "api-types.ts"


def get(client: TestClient, path: str, **parameters: Any) -> Any:
    answer = client.get(path, params=parameters)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_answers_a_viewer_starts_with(client: TestClient) -> None:
    answers.Release.model_validate(get(client, "/api/release"))
    answers.Catalogue.model_validate(get(client, "/api/indicators"))
    answers.Areas.model_validate(get(client, "/api/areas", limit=20_000))


def test_every_indicator_has_the_promised_form(client: TestClient) -> None:
    for indicator in get(client, "/api/indicators")["indicators"]:
        path = f"/api/indicators/{indicator['id']}"
        answers.IndicatorDetail.model_validate(get(client, path))
        for level in indicator["levels"]:
            answers.Values.model_validate(get(client, f"{path}/values", level=level, within="06"))
        keys = "06633030,06633" if "gemeinde" in indicator["levels"] and "kreis" in indicator["levels"] else "06633"
        answers.Series.model_validate(get(client, f"{path}/series", area=keys))
    parts = get(client, "/api/indicators/pop_total/series", area="06633021", vintage="2019-12-31")
    answers.Series.model_validate(parts)


@pytest.mark.parametrize("statistic", METHODS)
def test_every_analysis_has_the_promised_form(client: TestClient, statistic: str) -> None:
    """The viewer and others rely on these members; what else stands there is a parameter or the statistic's own."""
    answer = get(client, f"/api/analysis/{statistic}", **asked(statistic))
    forms: dict[str, type[answers.Analysis]] = {"global": answers.GlobalAnalysis, "local": answers.LocalAnalysis}
    found = forms.get(METHODS[statistic].kind, answers.Analysis).model_validate(answer)
    if METHODS[statistic].kind in forms:
        assert set(found.model_extra or ()) <= set(PARAMETERS), "every member is described"


def test_the_forms_of_analyses_admit_nothing_else(client: TestClient) -> None:
    answer = get(client, "/api/analysis/local-moran", **asked("local-moran"))
    area = answer["areas"][0]
    faults: list[dict[str, Any]] = [
        {"areas": [{**area, "class": "dubious"}]},
        {"areas": [{**area, "surprise": 1}]},
        {"areas": [{**area, "p": "0.1"}]},
        {"reading": None},
        {"p_convention": "one-sided"},
    ]
    for spoiled in faults:
        with pytest.raises(ValidationError):
            answers.LocalAnalysis.model_validate({**answer, **spoiled}, strict=True)


def test_the_forms_admit_nothing_else(client: TestClient) -> None:
    values = get(client, "/api/indicators/pop_total/values", within="06633")
    faults: list[dict[str, Any]] = [
        {"surprise": 1}, {"status": ["FINE"]}, {"values": ["1"]}, {"reference": {}}, {"keys": None}
    ]  # fmt: skip
    for spoiled in faults:
        with pytest.raises(ValidationError):
            answers.Values.model_validate({**values, **spoiled}, strict=True)


def test_the_types_of_the_viewer_are_fresh() -> None:
    assert main(["--check", str(TYPES)]) == 0


def test_stale_types_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "types.ts"
    assert main(["--check", str(path)]) == 1
    assert main([str(path)]) == 0
    assert main(["--check", str(path)]) == 0
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert main(["--check", str(path)]) == 1
    assert "is stale; run python -m service.typescript" in capsys.readouterr().err
    assert main([]) == main(["--force", str(path)]) == 64


def test_the_definition_describes_the_answers() -> None:
    paths = api_definition(create_app(Settings()))["paths"]
    for path in ("/api/indicators", "/api/indicators/{indicator}/values", "/api/release", "/api/areas"):
        schema = paths[path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        assert schema["$ref"].startswith("#/components/schemas/")


def test_types_of_each_kind_of_schema() -> None:
    properties = {
        "name": {"type": "string", "description": "What it is called"},
        "size": {"anyOf": [{"type": "number"}, {"type": "null"}]},
        "kind": {"enum": ["a", "b"], "type": "string"},
        "pair": {"type": "array", "prefixItems": [{"type": "number"}, {"type": "integer"}]},
        "rows": {"type": "array", "items": {"type": "array", "items": {"$ref": "#/components/schemas/Row"}}},
        "gaps": {"type": "array", "items": {"anyOf": [{"type": "number"}, {"type": "null"}]}},
        "more": {"type": "object", "additionalProperties": {"const": 1}},
    }
    thing = {"properties": properties, "required": ["name", "size", "kind", "pair", "rows", "gaps"]}
    row = {"type": "boolean", "description": "A row.\nMore of it."}
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}
    text = typescript(
        {
            "paths": {"/": {"get": {"responses": {"200": {"content": content}}}}},
            "components": {"schemas": {"Thing": thing, "Row": row, "Unused": {"type": "string"}}},
        }
    )
    assert text.partition("\n\n")[2] == (
        "/** A row. */\nexport type Row = boolean;\n\nexport interface Thing {\n"
        "  /** What it is called */\n  readonly name: string;\n  readonly size: number | null;\n"
        '  readonly kind: "a" | "b";\n  readonly pair: readonly [number, number];\n'
        "  readonly rows: readonly (readonly Row[])[];\n  readonly gaps: readonly (number | null)[];\n"
        "  readonly more?: Readonly<Record<string, 1>>;\n}\n"
    )


def test_a_schema_that_is_not_understood_is_refused() -> None:
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Odd"}}}
    definition = {
        "paths": {"/": {"get": {"responses": {"200": {"content": content}}}}},
        "components": {"schemas": {"Odd": {"not": {"type": "string"}}}},
    }
    with pytest.raises(ValueError, match="not understood"):
        typescript(definition)
