"""A TCP relay: shows a loopback server to containers, starts when an endpoint is to come back, notes requests."""
import contextlib
import re
import selectors
import socket
import threading

REQUEST_HEAD = re.compile(rb"(?:GET|HEAD|PUT|POST|DELETE) \S+ HTTP/1\.1\r\n.*?\r\n\r\n", re.DOTALL)


class Relay:
    """`heads` collects the heads of the HTTP requests that went through (of clients that do not pipeline)."""

    def __init__(self, listen_host, target, port=0):
        host, target_port = target.rsplit(":", 1)
        self.target = (host, int(target_port))
        self.heads = []
        self.listener = socket.create_server((listen_host, port))
        self.address = f"{listen_host}:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                threading.Thread(target=self.pump, args=(client,), daemon=True).start()

    def pump(self, client):
        with contextlib.suppress(OSError), client, socket.create_connection(self.target) as server:
            waiting = selectors.DefaultSelector()
            waiting.register(client, selectors.EVENT_READ, server)
            waiting.register(server, selectors.EVENT_READ, client)
            while True:
                for key, _ in waiting.select():
                    data = key.fileobj.recv(1 << 16)
                    if not data:
                        return
                    if key.fileobj is client and (head := REQUEST_HEAD.match(data)):
                        self.heads.append(head[0].decode(errors="replace"))
                    key.data.sendall(data)

    def stop(self):
        self.listener.close()
