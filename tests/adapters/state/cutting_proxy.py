"""A TCP proxy on loopback that delays, and cuts connections in the middle of an answer."""

from __future__ import annotations

import contextlib
import random
import socket
import struct
import threading
import time


@contextlib.contextmanager
def cutting_proxy(to_port: int, *, cut_share: float, seed: int):
    """Gives the port that it listens on, and a list that grows by one with each cut."""
    chance, cuts = random.Random(seed), []
    listener = socket.create_server(("127.0.0.1", 0))

    def pump(source, sink):
        try:
            while data := source.recv(65536):
                if chance.random() < cut_share:
                    cuts.append(1)
                    # A reset: what is under way is lost, on either side of the commit.
                    for end in (source, sink):
                        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    break
                if chance.random() < cut_share:
                    time.sleep(0.02)
                sink.sendall(data)
        except OSError:
            pass
        finally:
            for end in (source, sink):
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
                end.close()

    def accept():
        with contextlib.suppress(OSError):
            while True:
                client, _ = listener.accept()
                server = socket.create_connection(("127.0.0.1", to_port))
                for pair in ((client, server), (server, client)):
                    threading.Thread(target=pump, args=pair, daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield listener.getsockname()[1], cuts
    finally:
        listener.close()
