"""The simulator inside a test process: a server on a free port, in a thread with its own event loop."""
from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future

from .__main__ import build, serve

START_TIMEOUT = 20  # seconds


class ServerThread:
    """``with ServerThread() as server: server.url …``; `specs` are the shops, None gives the two demo shops."""

    def __init__(self, specs: list[dict] | None = None) -> None:
        self.simulator = build(specs)
        self.loop = asyncio.new_event_loop()
        self.url = ""
        self._thread = threading.Thread(target=self._run, name="simulator", daemon=True)

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_forever()

    def __enter__(self) -> ServerThread:
        self._thread.start()
        runner = asyncio.run_coroutine_threadsafe(serve(self.simulator, "127.0.0.1", 0), self.loop)
        self._runner, port = runner.result(START_TIMEOUT)
        self.url = f"http://127.0.0.1:{port}"
        return self

    def __exit__(self, *_exception) -> None:
        asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self.loop).result(START_TIMEOUT)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(START_TIMEOUT)
        self.loop.close()

    def call(self, function: Callable, *args):
        """Run a function on the server's thread and give back its result: the way to touch its state."""
        result: Future = Future()

        def run() -> None:
            try:
                result.set_result(function(*args))
            except Exception as error:
                result.set_exception(error)

        self.loop.call_soon_threadsafe(run)
        return result.result(START_TIMEOUT)
