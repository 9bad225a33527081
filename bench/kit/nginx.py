"""nginx in three parts: an S3 made slow, TLS before it, and a plain server of files to show what the machine can do.

Towards a client the slow S3 behaves like AWS: each request waits before its first byte and each connection is held to a
rate, while many connections at once are not. It passes requests on to a real S3 server, which checks the signatures:
the Host header, which is signed, goes through unchanged. Blob bytes are the exception: a GET or HEAD of a blob's key that
is also a file under `files` is answered by sendfile, so that on a small machine the real server is not the limit; its
signature is not checked. Uploads wait too, but are not held to a rate.
"""
import os
import re
import urllib.request

from harness.checks import wait_until
from harness.http import free_port
from harness.process import Process, run

CONFIG = """
load_module /usr/lib/nginx/modules/ndk_http_module.so;
load_module /usr/lib/nginx/modules/ngx_http_lua_module.so;
%(user)s
daemon off;
worker_processes %(workers)d;
pid nginx.pid;
error_log error.log;
events { worker_connections 4096; }
http {
  log_format requests '$request_method $request_uri range="$http_range" $status $body_bytes_sent $request_time';
  access_log off;
  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;
  sendfile on; tcp_nopush on; tcp_nodelay on;
  keepalive_requests 1000000; keepalive_timeout 300s;
  client_max_body_size 0;

  # Only these methods are answered from files: with the other root, try_files finds nothing.
  map $request_method $file_root { GET %(files)s; HEAD %(files)s; default %(nothing)s; }
  upstream s3 { server %(s3)s; keepalive 64; }

  server {
    listen 127.0.0.1:%(slow)d backlog=1024;
    listen 127.0.0.1:%(tls)d ssl backlog=1024;
    ssl_certificate tls.crt; ssl_certificate_key tls.key;
    ssl_session_cache shared:tls:1m;
    access_log requests.log requests;

    # The delay after a piece is its length over the rate, in whole milliseconds: pieces must be long enough to have one.
    limit_rate %(rate)d;
    sendfile_max_chunk %(piece)d; output_buffers 2 %(piece)d;

    proxy_http_version 1.1;
    proxy_set_header Host $http_host;
    proxy_set_header Connection "";
    proxy_request_buffering off; proxy_max_temp_file_size 0;
    proxy_buffers 32 64k; proxy_buffer_size 64k; proxy_read_timeout 300s;

    location / { access_by_lua_block { ngx.sleep(%(latency)f) } proxy_pass http://s3; }
    location ~ ^/[^/]+/(?<key>docker/registry/v2/blobs/.+/data)$ {
      access_by_lua_block { ngx.sleep(%(latency)f) }
      root $file_root;
      try_files /$key @s3;
    }
    location @s3 { proxy_pass http://s3; }
  }
  server {
    listen 127.0.0.1:%(static)d backlog=1024;
    root %(files)s;
  }
}
"""


class Nginx:
    """`slow`, `tls` and `static` are the host:port of the three; `files` is where blobs lie under their keys."""

    def __init__(self, folder, s3, latency_ms, rate_mib):
        self.folder, self.files = folder, folder / "files"
        self.files.mkdir(parents=True)
        self.slow, self.tls, self.static = (f"127.0.0.1:{free_port()}" for _ in range(3))
        ports = {name: int(getattr(self, name).split(":")[1]) for name in ("slow", "tls", "static")}
        rate = int(rate_mib * (1 << 20))
        run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
            "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder / "tls.key", "-out", folder / "tls.crt")
        (folder / "nginx.conf").write_text(CONFIG % {
            **ports, "s3": s3, "files": self.files, "nothing": folder / "nothing", "rate": rate, "piece": rate // 40,
            "latency": latency_ms / 1000, "workers": max(1, (os.cpu_count() or 2) // 2),
            "user": "user root;" if os.geteuid() == 0 else ""})
        self.process = Process("nginx", ["nginx", "-p", folder, "-c", folder / "nginx.conf"], folder / "nginx.log")
        wait_until(self.answers, "nginx answers", 10)

    def answers(self):
        if self.process.popen.poll() is not None:
            raise RuntimeError(f"nginx ended: {self.process.said()} {(self.folder / 'error.log').read_text()}")
        try:
            urllib.request.urlopen(f"http://{self.static}/", timeout=5)
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False
        return True

    @property
    def worker(self):
        """The pid of the one that serves: `static` is measured where there is one worker."""
        return int(run("pgrep", "-o", "-P", str(self.process.popen.pid)).stdout.split()[0])

    def requests(self):
        """The log of the slow S3 so far: (method, target, range, status) each."""
        return re.findall(r'^(\S+) (\S+) range="([^"]*)" (\d+)', (self.folder / "requests.log").read_text(), re.MULTILINE)
