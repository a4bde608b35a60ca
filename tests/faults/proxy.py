"""A TCP proxy before PostgreSQL, in a thread of its own, that can do to a connection what networks do."""

import asyncio
import socket
import struct
import threading
from contextlib import suppress

FAULTS = ("cut", "refused", "reset", "half_open", "slow", "paused", "truncated", "cut_at_commit")
"""What it can do: see `Proxy.fault`."""

CHUNK = 65_536
DELAY = 2.0


class Proxy:
    """Passes bytes on to `target`, and misbehaves while `fault` is set.

    cut: open connections are closed once. refused: no new ones either. reset: open ones end with RST. half_open: new ones
    are accepted and never answered, nothing passes in old ones. slow: each piece of an answer comes two seconds late.
    paused: nothing passes, and all of it does when the fault is over. truncated: half of the next answer comes, then the
    end. cut_at_commit: the connection ends just after a COMMIT was passed on, before its answer.
    """

    def __init__(self, host: str, port: int) -> None:
        self.target = (host, port)
        self.fault = ""
        self.cut_commits = 0
        self._open: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="proxy", daemon=True)
        self.port = 0

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"127.0.0.1:{self.port}"

    def start(self) -> None:
        """Listen on a free port."""
        self._thread.start()
        self._ready.wait(10)

    def stop(self) -> None:
        """Close everything."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    def set(self, fault: str) -> None:
        """Begin a fault; "" ends it."""
        assert fault in {"", *FAULTS}
        self.fault = fault
        if fault in {"cut", "refused", "reset"}:
            self._loop.call_soon_threadsafe(self._end_all)
        if not fault:  # what was swallowed cannot be made up for: such a connection ends, as it does behind a firewall
            self._loop.call_soon_threadsafe(self._end_swallowed)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        server.close()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0.05))
        self._loop.close()

    def _end_all(self) -> None:
        for writer in list(self._open):
            self._end(writer)

    def _end_swallowed(self) -> None:
        for writer in [w for w in self._open if getattr(w, "swallowed", False)]:
            self._end(writer)

    def _end(self, writer: asyncio.StreamWriter) -> None:
        if self.fault == "reset":
            there = writer.get_extra_info("socket")
            with suppress(OSError):
                there.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.fault == "refused":
            writer.transport.abort()
            return
        self._open.add(writer)
        try:
            if self.fault == "half_open":
                writer.swallowed = True  # type: ignore[attr-defined]
                await reader.read()
                return
            there, back = await asyncio.open_connection(*self.target)
            self._open.add(back)
            ways = [self._pass(reader, back, writer, False), self._pass(there, writer, back, True)]
            _done, rest = await asyncio.wait([asyncio.ensure_future(w) for w in ways], return_when="FIRST_COMPLETED")
            for task in rest:
                task.cancel()
            self._open.discard(back)
            back.transport.abort()
        except OSError:
            pass
        finally:
            self._open.discard(writer)
            if writer.get_extra_info("socket").fileno() >= 0:
                writer.close()

    async def _pass(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, other: asyncio.StreamWriter, is_answer: bool
    ) -> None:
        with suppress(OSError, asyncio.CancelledError):
            while data := await reader.read(CHUNK):
                if self.fault == "half_open":
                    writer.swallowed = other.swallowed = True  # type: ignore[attr-defined]
                    continue
                if self.fault == "slow" and is_answer:
                    await asyncio.sleep(DELAY)
                while self.fault == "paused":
                    await asyncio.sleep(0.05)
                if self.fault == "truncated" and is_answer and len(data) > 1:
                    writer.write(data[: len(data) // 2])
                    await writer.drain()
                    return
                writer.write(data)
                await writer.drain()
                if self.fault == "cut_at_commit" and not is_answer and b"COMMIT" in data:
                    self.cut_commits += 1
                    await asyncio.sleep(0.02)
                    self._end(other)
                    return
