"""A small container for the kit's own tests: it does what the body of an invocation says, and tells what reached it."""

import json
import os
import signal
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

began = time.monotonic()
health = {"status": 200, "slow": 0}


class Container(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, body, headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        time.sleep(health["slow"])
        warm = time.monotonic() - began >= float(os.environ.get("WARM_UP", "0"))
        self.answer(health["status"] if warm else 503, b"")

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        try:
            order = json.loads(body) if len(body) < 4096 else {}
        except ValueError:
            order = {}
        if "die" in order:
            os._exit(order["die"])
        health.update(order.get("health", {}))
        time.sleep(order.get("sleep", 0))
        told = {
            "argv": sys.argv[1:],
            "environment": dict(os.environ),
            "headers": {name.lower(): value for name, value in self.headers.items()},
            "method": self.command,
            "path": self.path,
            "received": len(body),
            "pid": os.getpid(),
        }
        answer = b"x" * order["size"] if "size" in order else json.dumps(order.get("answer", told)).encode()
        self.answer(order.get("status", 200), answer, order.get("headers", {}).items())

    def log_message(self, *_):
        pass


def stop(*_):
    if os.environ.get("STUBBORN"):
        return
    print("stopping", flush=True)
    os._exit(0)


signal.signal(signal.SIGTERM, stop)
if os.environ.get("BROKEN"):
    print("broken on purpose", flush=True)
    sys.exit(64)
ThreadingHTTPServer(("127.0.0.1", int(os.environ["SAGEMAKER_BIND_TO_PORT"])), Container).serve_forever()
