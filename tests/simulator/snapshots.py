"""The whole world as it was at a moment, to come back to as often as one likes: what tests that share a beginning need.

POST /control/snapshot   {name}: keeps every shop, the numbers given out and the clock's offset under that name
POST /control/restore    {name}: brings them back

What runs in the background is no part of a snapshot, so there is none while a bulk operation runs or a delivery waits.
When a snapshot comes back, bulk operations that were under way are given up; other work goes on with the shops of
before, as it does after a reset.
"""
from __future__ import annotations

import asyncio
import io
import pickle
import time

from aiohttp import web

from . import bulk
from .control import body_of
from .resolvers import ApiError
from .state import Simulator
from .webhooks import engine

PATIENCE = 5.0  # seconds for what is under way to end


class _Writer(pickle.Pickler):
    """Writes everything that hangs on the shops; the simulator itself is named, not copied."""

    def __init__(self, file, simulator: Simulator) -> None:
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self.simulator = simulator

    def persistent_id(self, obj):
        return "simulator" if obj is self.simulator else None


class _Reader(pickle.Unpickler):
    def __init__(self, file, simulator: Simulator) -> None:
        super().__init__(file)
        self.simulator = simulator

    def persistent_load(self, pid):
        return self.simulator


def take(simulator: Simulator) -> bytes:
    """The world as it is now."""
    file = io.BytesIO()
    _Writer(file, simulator).dump({
        "shops": dict(simulator.shops), "ids": simulator.ids, "downloads": simulator.downloads,
        "expired_versions": simulator.expired_versions, "offset": simulator.clock.offset,
        "random": engine(simulator).random.getstate()})
    return file.getvalue()


def bring_back(simulator: Simulator, snapshot: bytes) -> None:
    """The world of :func:`take`, as new objects: a snapshot stays as it is whatever happens afterwards."""
    world = _Reader(io.BytesIO(snapshot), simulator).load()
    for task in simulator.background:
        if task.get_name() == bulk.WORK:
            task.cancel()
    simulator.shops.clear()
    simulator.shops.update(world["shops"])
    simulator.downloads.clear()
    simulator.downloads.update(world["downloads"])
    simulator.ids, simulator.expired_versions = world["ids"], world["expired_versions"]
    simulator.clock.offset = world["offset"]
    engine(simulator).random.setstate(world["random"])


def is_busy(simulator: Simulator) -> bool:
    """Whether anything of the present shops is under way in the background."""
    deliveries = engine(simulator)
    pump = deliveries.loop is not None  # runs as long as the server does
    return len(simulator.background) > pump or any(
        simulator.shops.get(row[2].shop.domain) is row[2].shop for row in deliveries.waiting)


def routes(simulator: Simulator) -> list[web.RouteDef]:
    kept: dict[str, bytes] = {}

    async def snapshot(request: web.Request) -> web.Response:
        name = (await body_of(request))["name"]
        end = time.monotonic() + PATIENCE
        while is_busy(simulator):
            if time.monotonic() > end:
                raise ApiError("there is no snapshot of what is under way")
            await asyncio.sleep(0.02)
        kept[name] = take(simulator)
        return web.json_response({"name": name, "bytes": len(kept[name])})

    async def restore(request: web.Request) -> web.Response:
        name = (await body_of(request))["name"]
        if name not in kept:
            raise ApiError(f"there is no snapshot {name}")
        bring_back(simulator, kept[name])
        return web.json_response({"name": name})

    return [web.post("/control/snapshot", snapshot), web.post("/control/restore", restore)]
