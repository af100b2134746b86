"""The API described in OpenAPI 3.1, made from the operations' types: it cannot say anything else than what is done."""

import re
from dataclasses import MISSING, fields
from functools import lru_cache
from typing import Any, Final

import msgspec

from jutong import __version__
from jutong.control.directory.http import Operation
from jutong.entrypoints.api.operations import GROUPS, operations

REF: Final = "#/components/schemas/{name}"
PATH_PARAMETER: Final = re.compile(r"\{(\w+)\}")
ERRORS: Final = {
    "400": "请求有误 The request is not acceptable",
    "401": "未登录或令牌无效 Not signed in, or the token is not valid",
    "403": "没有权限 Not permitted",
    "404": "没有找到 Not found",
    "409": "冲突 Conflict",
    "429": "过于频繁 Too many requests",
}


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    """The whole description."""
    types = [
        kind for operation in operations() for kind in (operation.body, operation.answer) if kind is not None
    ]
    schemas, components = msgspec.json.schema_components(types, ref_template=REF)
    described = iter(schemas)
    paths: dict[str, dict[str, Any]] = {}
    for (zh, en), group in GROUPS.items():
        for operation in group:
            body = next(described) if operation.body is not None else None
            paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(
                operation, body, next(described), f"{zh} {en}" if zh != en else zh
            )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "聚通目录接口 Jutong catalogue API",
            "version": "1",
            "description": (
                "以个人访问令牌调用（Authorization: Bearer …），权限与本人在工作台相同。"
                "Call with a personal access token; its rights are those of its person."
            ),
            "x-platform-version": __version__,
        },
        "servers": [{"url": "/api/v1"}],
        "security": [{"token": []}],
        "tags": [{"name": f"{zh} {en}" if zh != en else zh} for zh, en in GROUPS],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {**dict(sorted(components.items())), "Error": ERROR},
        },
    }


ERROR: Final = {
    "type": "object",
    "required": ["code", "message", "detail", "request_id"],
    "properties": {
        "code": {"type": "string"},
        "message": {"type": "string"},
        "detail": {"type": "object"},
        "request_id": {"type": "string"},
    },
}


def _operation(
    operation: Operation, body: dict[str, Any] | None, answer: dict[str, Any], tag: str
) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.name,
        "summary": f"{operation.zh} {operation.en}",
        "tags": [tag],
        "parameters": [
            *_path_parameters(operation),
            *_query_parameters(operation),
            *_header_parameters(operation),
        ],
        "responses": {
            str(operation.status): {
                "description": "成功 Done",
                "content": {media_type: {"schema": answer} for media_type in operation.media_types},
            },
            **{
                status: {
                    "description": text,
                    "content": {"application/json": {"schema": {"$ref": REF.format(name="Error")}}},
                }
                for status, text in ERRORS.items()
            },
        },
    }
    if body is not None:
        described["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": body}},
        }
    elif operation.takes:
        described["requestBody"] = {
            "required": True,
            "content": {media_type: {"schema": {}} for media_type in operation.takes},
        }
    return described


def _path_parameters(operation: Operation) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in PATH_PARAMETER.findall(operation.path)
    ]


def _header_parameters(operation: Operation) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "header", "required": False, "description": text, "schema": {"type": "string"}}
        for name, text in operation.headers
    ]


def _query_parameters(operation: Operation) -> list[dict[str, Any]]:
    if operation.query is None:
        return []
    _, components = msgspec.json.schema_components([operation.query], ref_template=REF)
    properties = components[operation.query.__name__]["properties"]
    required = {
        one.name
        for one in fields(operation.query)
        if one.default is MISSING and one.default_factory is MISSING
    }
    return [
        {"name": name, "in": "query", "required": name in required, "schema": _inlined(schema, components)}
        for name, schema in properties.items()
    ]


def _inlined(schema: dict[str, Any], components: dict[str, Any]) -> dict[str, Any]:
    """A parameter's schema without references: its choices stand where it does."""
    if "$ref" in schema:
        return dict(components[schema["$ref"].rpartition("/")[2]])
    if "anyOf" in schema:
        return {**schema, "anyOf": [_inlined(each, components) for each in schema["anyOf"]]}
    return schema
