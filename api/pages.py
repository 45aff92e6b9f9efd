"""Pages for people: plain HTML that asks nothing of the outside and runs no script, and the page at `/`."""

import hashlib
import html
from base64 import b64encode

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from api import problems
from api.access import PUBLIC

_STYLE = """:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem}
main.narrow{max-width:40rem}code{background:#8883;padding:.1em .3em}table{border-collapse:collapse}
td,th{border:1px solid #8888;padding:.2rem .6rem;text-align:left;vertical-align:top}h2{margin-top:2rem}li{margin:.4rem 0}"""
_HASH = b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_POLICY = f"default-src 'none'; style-src 'sha256-{_HASH}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
#: Where the page at `/` leads, with the code of what it says there.
_LINKS = {"/api/docs": "landing_docs", "/api/v1/openapi.json": "landing_description", "/health/ready": "landing_ready"}

blueprint = Blueprint("pages", __name__)


def page(title: str, content: str, language: str) -> Response:
    """A page with a title and the HTML of its main part, which the caller has escaped."""
    document = (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{html.escape(title)}</title><style>{_STYLE}</style></head><body>{content}</body></html>"
    )
    headers = {"Content-Security-Policy": _POLICY, "Content-Language": language}
    return Response(document, mimetype="text/html", headers=headers)


@blueprint.get("/")
@PUBLIC
def landing() -> ResponseReturnValue:
    """What Esep is and where to go on, in the language that the browser asks for."""
    links = "".join(f'<li><a href="{address}">{_said(code)}</a></li>' for address, code in _LINKS.items())
    content = f'<main class="narrow"><h1>Esep</h1><p>{_said("landing_about")}</p><p>{_said("landing_next")}</p><ul>{links}</ul></main>'
    answer = page(problems.say("landing_title", {}), content, problems.language())
    answer.vary.add("Accept-Language")
    return answer


def _said(code: str) -> str:
    return html.escape(problems.say(code, {}))
