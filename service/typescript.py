"""TypeScript types of the answers, from the API definition: ``python -m service.typescript FILE``.

With ``--check`` nothing is written; the exit status is 1 where the file is not what would be written.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_HEADER = "/** Made from the API definition by `python -m service.typescript`; not to be edited. */\n"
_PLAIN = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}

Schema = dict[str, Any]


def typescript(definition: Schema) -> str:
    """Types of the answers that an OpenAPI document describes.

    Parameters
    ----------
    definition : dict
        OpenAPI 3.1.

    Returns
    -------
    str
        One exported type for every schema that an answer of status 200 needs, in the order of their names. All is
        read-only; a property that may be absent is optional.

    Raises
    ------
    ValueError
        A schema uses a word that is not understood.
    """
    schemas: dict[str, Schema] = definition.get("components", {}).get("schemas", {})
    wanted = sorted(_reachable(_answers(definition), schemas))
    return _HEADER + "".join(f"\n{_declaration(name, schemas[name])}" for name in wanted)


def _answers(definition: Schema) -> Iterator[Schema]:
    """Schemas of the answers of status 200."""
    for path in definition["paths"].values():
        for operation in path.values():
            for content in operation["responses"].get("200", {}).get("content", {}).values():
                yield content.get("schema", {})


def _reachable(roots: Iterator[Schema], schemas: dict[str, Schema]) -> set[str]:
    """Names of the schemas that some schemas need."""
    found: set[str] = set()
    waiting: list[Any] = list(roots)
    while waiting:
        each = waiting.pop()
        if isinstance(each, list):
            waiting += each
        elif isinstance(each, dict):
            name = _referenced(each)
            if name is not None and name not in found:
                found.add(name)
                waiting.append(schemas[name])
            waiting += each.values()
    return found


def _referenced(schema: Schema) -> str | None:
    """Name of the schema that a reference leads to."""
    reference = schema.get("$ref")
    return reference.rpartition("/")[2] if isinstance(reference, str) else None


def _declaration(name: str, schema: Schema) -> str:
    """Exported type of a schema."""
    comment = _comment(schema)
    if "properties" not in schema:
        return f"{comment}export type {name} = {_type(schema)};\n"
    required = schema.get("required", [])
    lines = [
        f"{_comment(each, '  ')}  readonly {key}{'' if key in required else '?'}: {_type(each)};\n"
        for key, each in schema["properties"].items()
    ]
    return f"{comment}export interface {name} {{\n{''.join(lines)}}}\n"


def _comment(schema: Schema, indent: str = "") -> str:
    """First line of a description."""
    text = str(schema.get("description", "")).partition("\n")[0]
    return f"{indent}/** {text} */\n" if text else ""


def _type(schema: Schema) -> str:
    """Type of the values that a schema admits."""
    if (name := _referenced(schema)) is not None:
        return name
    if "const" in schema or "enum" in schema:
        return " | ".join(json.dumps(each) for each in schema.get("enum", [schema.get("const")]))
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(_type(each) for each in schema["anyOf"]))
    if schema.get("type") == "array":
        return _array(schema)
    if schema.get("type") == "object" and "additionalProperties" in schema:
        return f"Readonly<Record<string, {_type(schema['additionalProperties'])}>>"
    if schema.get("type") in _PLAIN:
        return _PLAIN[schema["type"]]
    raise ValueError(f"a schema that is not understood: {schema}")


def _array(schema: Schema) -> str:
    """Type of a list, or of a list of a given length."""
    if "prefixItems" in schema:
        return f"readonly [{', '.join(map(_type, schema['prefixItems']))}]"
    inner = _type(schema["items"])
    return f"readonly ({inner})[]" if " " in inner else f"readonly {inner}[]"


def main(arguments: list[str]) -> int:
    """Write or check a file; returns the exit status."""
    from service.app import api_definition, create_app
    from service.settings import Settings

    paths = [Path(each) for each in arguments if not each.startswith("--")]
    if len(paths) != 1 or set(arguments) - {"--check", str(paths[0])}:
        print("usage: python -m service.typescript [--check] FILE", file=sys.stderr)  # noqa: T201
        return 64
    text, (path,) = typescript(api_definition(create_app(Settings()))), paths
    if "--check" not in arguments:
        path.write_text(text, encoding="utf-8", newline="\n")
        return 0
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return 0
    print(f"{path} is stale; run python -m service.typescript {path}", file=sys.stderr)  # noqa: T201
    return 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
