"""Documents on paper, as files to download."""

from flask import Response
from marshmallow import fields, validate

import texts
from api.shapes import Shape

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class PrintQuery(Shape):
    """In which language; Kazakh when not given."""

    language = fields.String(load_default="kk", validate=validate.OneOf(texts.LANGUAGES))


def download(content: bytes, media_type: str, name: str) -> Response:
    """A file that the browser keeps under a name and never shows inside the page."""
    return Response(content, mimetype=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})
