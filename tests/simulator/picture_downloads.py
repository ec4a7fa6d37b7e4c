"""GET /cdn/…: where pictures are downloaded. Faults whose `match` is "cdn" strike it."""
from __future__ import annotations

from aiohttp import web

from . import file_server


async def download(request: web.Request, shop) -> web.StreamResponse:
    """GET /cdn/<domain>/files/<name>; counted in the statistics as `downloads`."""
    shop.stats.downloads += 1
    broken = await file_server.struck(request, shop, "cdn")
    gid = shop.files.get(request.match_info["name"])
    if broken is not None:
        return broken
    if gid is None or gid not in shop.contents:
        return web.Response(status=404, text="Not Found")
    media = shop.nodes[gid]
    headers = {"ETag": f'"{media.digest[:32]}"', "Cache-Control": "public, max-age=31557600"}
    if request.headers.get("If-None-Match") == headers["ETag"]:
        return web.Response(status=304, headers=headers)
    return web.Response(body=shop.contents[gid], content_type=media.served_as or media.mime_type, headers=headers)
