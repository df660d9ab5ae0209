"""The OpenAPI description as one page of plain HTML, where the usual viewers would load their code from the net."""

from __future__ import annotations

from html import escape
from typing import Any

_STYLE = """
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
h2 { margin: 2.5rem 0 .2rem; font-size: 1.05rem } code { font-size: .92em }
table { border-collapse: collapse; width: 100% } th { text-align: left; font-weight: 600 }
td, th { padding: .2rem .8rem .2rem 0; vertical-align: top; border-bottom: 1px solid #8884 }
"""


def docs_page(description: dict[str, Any]) -> str:
    """The page for an OpenAPI description."""
    info = description["info"]
    operations = [
        _operation(method, path, operation)
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    ]
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        f"<title>{escape(info['title'])}</title><style>{_STYLE}</style><h1>{escape(info['title'])}</h1>"
        f"<p>{escape(info.get('description', ''))}</p>"
        f"<p>For programs: <a href=/openapi.json>/openapi.json</a></p>{''.join(operations)}"
    )


def _operation(method: str, path: str, operation: dict[str, Any]) -> str:
    rows = "".join(_parameter(parameter) for parameter in operation.get("parameters", ()))
    table = f"<table><tr><th>parameter<th>default<th>what</tr>{rows}</table>" if rows else ""
    return (
        f"<h2><code>{method.upper()} {escape(path)}</code></h2><p><b>{escape(operation.get('summary', ''))}.</b> "
        f"{escape(operation.get('description', ''))}</p>{table}"
    )


def _parameter(parameter: dict[str, Any]) -> str:
    schema = parameter.get("schema", {})
    choices = [str(choice) for choice in schema.get("enum", ()) if choice]
    what = parameter.get("description", "") + (f" One of {', '.join(choices)}." if choices else "")
    default = schema.get("default", "")
    return (
        f"<tr><td><code>{escape(parameter['name'])}</code><td>{escape(str(default))}"
        f"<td>{escape(what)}{' Required.' if parameter.get('required') else ''}</tr>"
    )
