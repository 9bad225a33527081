"""A service that gives out tokens, of the tests' own: the openssl command signs, Python's HTTP server answers."""
import base64
import hashlib
import http.server
import json
import subprocess
import threading
import time
import urllib.parse

from .process import run

ISSUER, SERVICE = "e2e tokens", "e2e registry"


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Signer:
    """An RSA key, and a certificate for it: `folder`/NAME.pem and NAME.crt."""

    def __init__(self, folder, name="tokens"):
        self.key, self.certificate = folder / f"{name}.pem", folder / f"{name}.crt"
        run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}",
            "-keyout", self.key, "-out", self.certificate)
        public = subprocess.run(["openssl", "pkey", "-in", self.key, "-pubout", "-outform", "DER"], check=True,
                                capture_output=True).stdout
        text = base64.b32encode(hashlib.sha256(public).digest()[:30]).decode()
        self.kid = ":".join(text[at:at + 4] for at in range(0, len(text), 4))

    def chain(self):
        """What `x5c` holds."""
        der = subprocess.run(["openssl", "x509", "-in", self.certificate, "-outform", "DER"], check=True,
                             capture_output=True).stdout
        return [base64.b64encode(der).decode()]

    def sign(self, header, claims):
        """A token. `header` may say another `alg` and `kid` than those of this key."""
        whole = {"typ": "JWT", "alg": "RS256", "kid": self.kid, **header}
        text = ".".join(base64url(json.dumps(part).encode()) for part in (whole, claims))
        signature = subprocess.run(["openssl", "dgst", "-sha256", "-sign", self.key], input=text.encode(), check=True,
                                   capture_output=True).stdout
        return f"{text}.{base64url(signature)}"

    def token(self, *access, header=None, **claims):
        """A token of somebody called alice, good for five minutes; `access` are (name, *actions) of repositories."""
        now = int(time.time())
        listed = [{"type": "repository", "name": name, "actions": list(actions)} for name, *actions in access]
        return self.sign(header or {}, {"iss": ISSUER, "sub": "alice", "aud": SERVICE, "exp": now + 300, "nbf": now,
                                        "iat": now, "jti": "1", "access": listed, **claims})


class TokenService:
    """Gives tokens to `users`: {name: (password, actions that it may do with any repository)}."""

    def __init__(self, folder, users):
        self.signer, self.users, self.asked = Signer(folder), users, []
        service = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
                service.asked.append(query)
                name = service.who(self.headers.get("Authorization", ""))
                if name is None:
                    return self.answer(401, {"errors": [{"code": "UNAUTHORIZED", "message": "who is that?"}]})
                token = service.token_for(name, query.get("scope", []))
                return self.answer(200, {"token": token, "access_token": token, "expires_in": 300})

            def answer(self, status, body):
                data = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_):
                pass
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        # By name: crane goes to no realm that is an address of this machine.
        self.realm = f"http://localhost:{self.server.server_port}/token"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def who(self, authorization):
        """The name of the user with these credentials, None where there is none."""
        scheme, _, text = authorization.partition(" ")
        name, _, password = base64.b64decode(text).decode().partition(":") if scheme == "Basic" else ("", "", "")
        return name if name in self.users and self.users[name][0] == password else None

    def token_for(self, name, scopes):
        access = []
        for scope in " ".join(scopes).split():
            kind, resource, actions = scope.split(":")
            granted = [action for action in actions.split(",") if action in self.users[name][1]]
            access.append({"type": kind, "name": resource, "actions": granted})
        return self.signer.token(sub=name, access=access)

    def keys(self):
        """The lines of a registry's configuration that trust it."""
        return (f"auth:\n  token:\n    realm: {self.realm}\n    service: {SERVICE}\n    issuer: {ISSUER}\n"
                f"    rootcertbundle: {self.signer.certificate}\n")
