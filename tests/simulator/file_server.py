"""Faults of what is no API: downloads of pictures and of bulk results, and uploads. Each is struck by faults whose `match`
is its name: "cdn", "bulk result", "staged upload"."""
from __future__ import annotations

import asyncio

from aiohttp import web

from . import faults


async def struck(request: web.Request, shop, name: str) -> web.Response | None:
    """The answer of an armed fault; it is used up by one."""
    if shop is None or not any(row.match == name for row in shop.settings.faults):
        return None
    fault = faults.take(shop.settings.faults, name, name)
    if fault.kind in ("timeout", "timeout_after"):
        await asyncio.sleep(fault.seconds)
    if fault.kind.startswith(("timeout", "disconnect")):
        if request.transport is not None:
            request.transport.abort()
        return web.Response(status=499)
    if fault.kind == "http_429":
        return web.Response(status=429, headers={"Retry-After": str(fault.retry_after)})
    if fault.kind == "http_403":
        return web.Response(status=403, text="<Error><Code>AccessDenied</Code></Error>", content_type="application/xml")
    if fault.kind.startswith("html_502"):
        return web.Response(status=502, text="<html><h1>502 Bad Gateway</h1></html>", content_type="text/html")
    return web.Response(status=503 if fault.kind == "http_503" else 500, text="error")
