"""stagedUploadsCreate, and the address that takes the files."""
from __future__ import annotations

import secrets

from aiohttp import web

from . import file_server
from .resolvers import resolver

POLICY = (("acl", "private"), ("x-goog-algorithm", "GOOG4-RSA-SHA256"))


@resolver("Mutation", "stagedUploadsCreate")
def create(obj, info, input):
    """One target for each file; the value of the parameter `key` is the staged upload path."""
    context, targets = info.context, []
    for row in input:
        token = secrets.token_hex(12)
        key = f"tmp/{token}/{row['resource'].lower()}/{row['filename']}"
        url = f"{context.state.base_url}/staged/{context.shop.domain}/{token}"
        context.shop.uploads[key] = b""
        by_form = row.get("httpMethod") == "POST"
        parameters = [{"name": name, "value": value} for name, value in (
            (("Content-Type", row["mimeType"]), *POLICY, ("key", key)) if by_form else
            (("content_type", row["mimeType"]), ("acl", "private")))]
        targets.append({"url": url if by_form else f"{url}?signed=1", "resourceUrl": f"{url}/{row['filename']}",
                        "parameters": parameters})
    return {"stagedTargets": targets, "userErrors": []}


async def upload(request: web.Request, shop) -> web.Response:
    """A multipart POST: all parameters first, the file last; or a PUT of the bare bytes."""
    fields, content = {}, None
    if broken := await file_server.struck(request, shop, "staged upload"):
        return broken
    if request.method == "PUT":
        start = f"tmp/{request.match_info['token']}/"
        key = next((name for name in shop.uploads if name.startswith(start)), None)
        if key is None:
            return web.Response(status=403, text="AccessDenied")
        shop.uploads[key] = await request.read()
        return web.Response(status=200)
    if not request.content_type.startswith("multipart/"):
        return web.Response(status=400, text="multipart/form-data is needed")
    async for part in await request.multipart():
        if content is not None:
            return web.Response(status=400, text="the file must be the last part")
        if part.name == "file":
            content = bytes(await part.read())
        else:
            fields[part.name] = await part.text()
    if fields.get("key") not in shop.uploads or content is None:
        return web.Response(status=403, text="AccessDenied")
    shop.uploads[fields["key"]] = content
    return web.Response(status=201, text=f"<PostResponse><Key>{fields['key']}</Key></PostResponse>",
                        content_type="application/xml")
