"""GET /cdn/…: where pictures are downloaded. Faults whose `match` is "cdn" strike it."""
from __future__ import annotations

import asyncio

from aiohttp import web

from . import faults


async def download(request: web.Request, shop) -> web.StreamResponse:
    """GET /cdn/<domain>/files/<name>; counted in the statistics as `downloads`."""
    shop.stats.downloads += 1
    fault = faults.take(shop.settings.faults, "cdn", "cdn") if any(
        row.match == "cdn" for row in shop.settings.faults) else None
    gid = shop.files.get(request.match_info["name"])
    if fault is not None:
        return await broken(request, fault)
    if gid is None or gid not in shop.contents:
        return web.Response(status=404, text="Not Found")
    media = shop.nodes[gid]
    headers = {"ETag": f'"{media.digest[:32]}"', "Cache-Control": "public, max-age=31557600"}
    if request.headers.get("If-None-Match") == headers["ETag"]:
        return web.Response(status=304, headers=headers)
    return web.Response(body=shop.contents[gid], content_type=media.served_as or media.mime_type, headers=headers)


async def broken(request: web.Request, fault) -> web.Response:
    if fault.kind in ("timeout", "timeout_after"):
        await asyncio.sleep(fault.seconds)
    if fault.kind.startswith(("timeout", "disconnect")):
        if request.transport is not None:
            request.transport.abort()
        return web.Response(status=499)
    if fault.kind == "http_429":
        return web.Response(status=429, headers={"Retry-After": str(fault.retry_after)})
    if fault.kind.startswith("html_502"):
        return web.Response(status=502, text="<html><h1>502 Bad Gateway</h1></html>", content_type="text/html")
    return web.Response(status=503 if fault.kind == "http_503" else 500, text="error")
