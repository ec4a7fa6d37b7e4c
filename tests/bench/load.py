"""A client that costs little: requests that were built beforehand, over plain asyncio streams, N at a time."""
import asyncio
import base64
import hashlib
import hmac
import json
import time
import uuid
from collections import Counter
from dataclasses import dataclass

CLOSED = 'closed'


@dataclass(frozen=True)
class Load:
    """What came of a load: ``seconds`` of each request, ``wall`` seconds in all, ``statuses`` counted."""

    seconds: list
    wall: float
    statuses: Counter

    @property
    def rate(self):
        return len(self.seconds) / self.wall

    def percentile(self, share):
        return percentile(self.seconds, share)


def percentile(values, share):
    """The value that ``share`` (0 to 1) of ``values`` do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered)) - 1))]


def post(path, body, headers=()):
    """The bytes of one request."""
    lines = [f'POST {path} HTTP/1.1', 'Host: 127.0.0.1', 'Content-Type: application/json', f'Content-Length: {len(body)}',
             'Connection: close', *(f'{name}: {value}' for name, value in headers)]
    return '\r\n'.join(lines).encode() + b'\r\n\r\n' + body


def delivery(shop, path, order):
    """A signed delivery about an order, unlike any other, as bytes."""
    body = json.dumps({'id': order, 'admin_graphql_api_id': f'gid://shopify/Order/{order}',
                       'updated_at': '2026-11-21T06:00:00Z'}).encode()
    digest = hmac.new(shop['client_secret'].encode(), body, hashlib.sha256).digest()
    return post(path, body, [
        ('X-Shopify-Topic', 'orders/updated'), ('X-Shopify-Hmac-Sha256', base64.b64encode(digest).decode()),
        ('X-Shopify-Shop-Domain', shop['domain']), ('X-Shopify-API-Version', '2026-10'),
        ('X-Shopify-Webhook-Id', str(uuid.uuid4())), ('X-Shopify-Event-Id', str(uuid.uuid4())),
        ('X-Shopify-Triggered-At', '2026-11-21T06:00:00.000000000Z')])


def run(port, requests, parallel=16):
    """Send all ``requests`` to 127.0.0.1, ``parallel`` at a time."""
    return asyncio.run(_run(port, requests, parallel))


async def _run(port, requests, parallel):
    seconds, statuses = [], Counter()
    queue = iter(requests)

    async def worker():
        for data in queue:
            started = time.perf_counter()
            statuses[await _one(port, data)] += 1
            seconds.append(time.perf_counter() - started)

    started = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(parallel)))
    return Load(seconds, time.perf_counter() - started, statuses)


async def _one(port, data):
    reader, writer = await asyncio.open_connection('127.0.0.1', port)
    try:
        writer.write(data)
        answer = await reader.read()
        return int(answer[9:12]) if answer else CLOSED
    except OSError:
        return CLOSED
    finally:
        writer.close()
