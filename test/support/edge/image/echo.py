"""Stands for a private service: tells who was asked for what. Builds and administration end at once."""
import json
import os
import socket
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

PORTS = (1337, 3000, 8000)
BUILDS = ("/workdir/build", "/workdir/public")


class Echo(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        answer = {
            "host": socket.gethostname(),
            "path": self.path,
            "headers": {name.lower(): value for name, value in self.headers.items()},
            "builds": {path: read(path) for path in BUILDS if os.path.isdir(path)},
        }
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def read(folder):
    try:
        with open(os.path.join(folder, "built")) as file:
            return file.read()
    except OSError:
        return None


def build(arguments):
    for folder in filter(os.path.isdir, BUILDS):
        with open(os.path.join(folder, "built"), "w") as file:
            file.write(f"{socket.gethostname()} {' '.join(arguments)}")


def serve():
    missing = [folder for folder in BUILDS if os.path.isdir(folder) and read(folder) is None]
    if missing:
        sys.exit(f"nothing was built in {missing}")
    servers = [ThreadingHTTPServer(("", port), Echo) for port in PORTS]
    threads = [Thread(target=server.serve_forever) for server in servers]
    for thread in threads:
        thread.start()


if sys.argv[1:3] == ["yarn", "build"]:
    build(sys.argv[1:])
elif sys.argv[1:3] != ["ep", "admin"]:
    serve()
