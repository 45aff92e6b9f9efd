"""HTTP only: parse, call, answer. No rule, no query. `create` puts the doors on an application."""

from flask import Flask

from api import access, bodies, converters, engine_rest, hardening, health, metrics, openapi, pages, problems, v1
from api.house import EXTENSION, House


def create(
    app: Flask,
    house: House,
    *,
    secret_key: str,
    max_upload_bytes: int = 10_000_000,
    max_attachment_bytes: int = 20_000_000,
    secure_cookies: bool = False,
    public_url: str = "",
) -> Flask:
    """Put every door of the house on an application without other routes (`static_folder=None`), bound to its database.

    Raises RouteWithoutAccess (a programming error) when a route does not say who may use it.

    `secret_key` signs cursors. `secure_cookies`: the browser gets cookies over HTTPS only. Uploads are limited to `max_upload_bytes`,
    attachments to `max_attachment_bytes`, other bodies to `bodies.MAX_JSON_BYTES`. `public_url` is what links that leave the product begin
    with; without it, what the request came to.
    """
    app.config.update(
        SECRET_KEY=secret_key, MAX_CONTENT_LENGTH=max_upload_bytes, ESEP_SECURE_COOKIES=secure_cookies, ESEP_PUBLIC_URL=public_url
    )
    app.config[hardening.ATTACHMENT_BYTES] = max_attachment_bytes
    app.json = bodies.ExactJson(app)
    app.extensions[EXTENSION] = house
    problems.register(app)
    converters.register(app)
    metrics.register(app)
    hardening.register(app)
    app.register_blueprint(health.blueprint)
    app.register_blueprint(pages.blueprint)
    document = openapi.describe(app)
    for room in v1.ROOMS:
        document.register_blueprint(room)
    engine_rest.register(app)
    access.guard(app)
    return app
