"""``python -m tests.simulator --port 9292``: run the simulated Shopify on the loopback interface."""
from __future__ import annotations

import argparse
import asyncio
import gc
import ipaddress
import json
import signal
from pathlib import Path

from aiohttp import web

from . import catalog, control
from .server import create_app
from .state import Simulator


def build(specs: list[dict] | None = None) -> Simulator:
    """A simulator with the given shops, or with the two default ones."""
    simulator = Simulator()
    simulator.specs = list(catalog.DEFAULT_SHOPS) if specs is None else specs
    control.reset_simulator(simulator)
    return simulator


async def serve(simulator: Simulator, host: str, port: int) -> tuple[web.AppRunner, int]:
    """Start the server; the runner and the port that it got."""
    runner = web.AppRunner(create_app(simulator), access_log=None, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, host, port)
    await site.start()
    bound = runner.addresses[0][1]
    simulator.base_url = f"http://{host}:{bound}"
    return runner, bound


async def run(options: argparse.Namespace) -> None:
    specs = json.loads(Path(options.config).read_text())["shops"] if options.config else None
    simulator = build(specs)
    runner, port = await serve(simulator, options.host, options.port)
    gc.collect()
    gc.freeze()  # the schemas live as long as the process: no need to look through them again and again
    print(f"Simulated Shopify with {', '.join(simulator.shops)} on http://{options.host}:{port}", flush=True)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()
    await runner.cleanup()


def main() -> None:
    parser = argparse.ArgumentParser(prog="simulator", description="A simulated Shopify Admin API on this machine.")
    parser.add_argument("--port", type=int, default=9292, help="0 takes a free one (default 9292)")
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address (default 127.0.0.1)")
    parser.add_argument("--config", help='JSON file {"shops": [{"domain": …, …}]} in place of two demo shops')
    options = parser.parse_args()
    if options.config == "none":
        options.config = None
    if not ipaddress.ip_address(options.host).is_loopback:
        parser.error("the simulator has no sign-in; it serves the loopback interface only")
    asyncio.run(run(options))


if __name__ == "__main__":
    main()
