"""A TCP proxy before an S3 server that breaks some of the connections, and what goes over them."""
import contextlib
import random
import selectors
import socket
import threading
import time

SLOW_DOWN = (b"HTTP/1.1 503 Slow Down\r\nContent-Type: application/xml\r\nContent-Length: 59\r\nConnection: close\r\n\r\n"
             b"<Error><Code>SlowDown</Code><Message>later</Message></Error>")


class TroubledS3:
    """Of each hundred connections `percent` have a trouble of some kind; `counts` says how many of each there were."""

    KINDS = ("reset", "late", "slow down", "lost answer")

    def __init__(self, target, seed, percent=20):
        host, port = target.rsplit(":", 1)
        self.target, self.percent, self.chance = (host, int(port)), percent, random.Random(seed)
        self.counts = dict.fromkeys(self.KINDS, 0)
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.address = f"127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def choose(self):
        kind = self.chance.choice(self.KINDS) if self.chance.random() * 100 < self.percent else None
        if kind:
            self.counts[kind] += 1
        return kind

    def serve(self, client):
        with contextlib.suppress(OSError), client:
            kind = self.choose()
            if kind == "slow down":
                client.recv(1 << 16)
                client.sendall(SLOW_DOWN)
                return
            if kind == "late":
                time.sleep(self.chance.uniform(0.05, 0.6))
            # After so many bytes in that direction the connection is cut; what came before has taken effect.
            left = {"reset": self.chance.randrange(200, 3_000_000), "lost answer": 0}.get(kind, -1)
            with socket.create_connection(self.target) as server:
                self.pump(client, server, left, kind)

    @staticmethod
    def pump(client, server, left, kind):
        waiting = selectors.DefaultSelector()
        waiting.register(client, selectors.EVENT_READ, server)
        waiting.register(server, selectors.EVENT_READ, client)
        while True:
            for key, _ in waiting.select():
                data = key.fileobj.recv(1 << 16)
                if not data:
                    return
                if kind == "lost answer" and key.fileobj is server:
                    return
                if kind == "reset":
                    left -= len(data)
                    if left < 0:
                        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                        return
                key.data.sendall(data)

    def stop(self):
        self.listener.close()
