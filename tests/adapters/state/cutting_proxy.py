"""A TCP proxy on loopback that delays, swallows, and cuts connections in the middle of an answer."""

from __future__ import annotations

import contextlib
import random
import socket
import struct
import threading
import time


class Network:
    """What the proxy does to connections, and how often it has done so."""

    def __init__(self, cut_share: float, drop_share: float, seed: int) -> None:
        self.cut_share = cut_share
        self.drop_share = drop_share
        self.cuts: list[int] = []
        self.drops: list[int] = []
        self.passed_bytes = 0  # In both directions.
        self.is_down = False  # Nobody gets through, and who was through is cut off.
        self.down_after: int | None = None  # It goes down by itself when so many bytes have passed,
        self.down_at: tuple[bytes, ...] = ()  # or when something that holds all of these is under way.
        self.chance = random.Random(seed)
        self._open: set[socket.socket] = set()
        self._turn = threading.Lock()

    @contextlib.contextmanager
    def down(self):
        """For a while nothing gets through."""
        self.is_down = True
        with self._turn:
            ends = tuple(self._open)
        for end in ends:
            reset(end)
        try:
            yield
        finally:
            self.is_down = False

    def come_back(self) -> None:
        """Let everything through again, whatever it was that had it go down."""
        self.down_after, self.down_at, self.is_down = None, (), False

    def pump(self, source: socket.socket, sink: socket.socket) -> None:
        with self._turn:
            self._open.add(source)
        is_swallowed = False
        try:
            while data := source.recv(65536):
                if is_swallowed:
                    continue  # What follows a gap is lost too: TCP gives all bytes in their order, or no more of them.
                if self.chance.random() < self.cut_share:
                    self.cuts.append(1)
                    # A reset: what is under way is lost, on either side of the commit.
                    reset(source)
                    reset(sink)
                    break
                if self.chance.random() < self.drop_share:
                    self.drops.append(1)  # Nobody hears of it; whoever waits for the answer waits in vain.
                    is_swallowed = True
                    continue
                if self.chance.random() < self.cut_share:
                    time.sleep(0.02)
                self.passed_bytes += len(data)
                has_all = bool(self.down_at) and all(part in data for part in self.down_at)
                if self.is_down or has_all or (self.down_after is not None and self.passed_bytes > self.down_after):
                    self.is_down = True
                    reset(source)
                    reset(sink)
                    break
                sink.sendall(data)
        except OSError:
            pass
        finally:
            with self._turn:
                self._open.discard(source)
            for end in (source, sink):
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
                end.close()


def reset(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        end.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def rough_network(to_port: int, *, cut_share: float, drop_share: float = 0.0, seed: int):
    """Gives the port that it listens on, and the network."""
    network = Network(cut_share, drop_share, seed)
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = listener.accept()
                try:
                    if network.is_down:
                        raise ConnectionRefusedError
                    server = socket.create_connection(("127.0.0.1", to_port))
                except OSError:
                    reset(client)
                    client.close()
                    continue
                for end in (client, server):
                    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                for pair in ((client, server), (server, client)):
                    threading.Thread(target=network.pump, args=pair, daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield listener.getsockname()[1], network
    finally:
        listener.close()


def pump_both_ways(one: socket.socket, other: socket.socket) -> None:
    """Hand on whatever either of two connections says, unharmed."""
    unharmed = Network(0.0, 0.0, 0)
    for pair in ((one, other), (other, one)):
        threading.Thread(target=unharmed.pump, args=pair, daemon=True).start()
