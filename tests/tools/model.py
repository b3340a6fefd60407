"""Stands where OpenAI stands, slowly, over TLS, under a name that only its own name server knows.

usage: model.py FOLDER PORT SECONDS     FOLDER holds cert.pem and key.pem; every answer takes SECONDS

Answers `GET /most` with how many calls were open at once.
"""

import http.server
import json
import socket
import socketserver
import ssl
import sys
import threading
import time

folder, port, pause = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
lock = threading.Lock()
open_calls = most_calls = 0


def example(schema):
    """The smallest value that fits a schema of the kind that flows use."""
    kind = schema.get("type")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        return {name: example(member) for name, member in schema.get("properties", {}).items()}
    return {"array": [], "string": "a text", "integer": 1, "number": 1.0, "boolean": True}.get(kind)


class Model(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.answer({"most": most_calls})

    def do_POST(self):
        global open_calls, most_calls
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        with lock:
            open_calls += 1
            most_calls = max(most_calls, open_calls)
        time.sleep(pause)
        with lock:
            open_calls -= 1
        schema = asked.get("response_format", {}).get("json_schema", {}).get("schema")
        content = json.dumps(example(schema)) if schema else "We did this before [1]. " * 200
        message = {"role": "assistant", "content": content, "refusal": None}
        self.answer({
            "id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": asked["model"],
            "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
            "usage": {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120},
        })

    def answer(self, body):
        body = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 256
    daemon_threads = True

    def finish_request(self, request, client_address):
        # In the thread of the call, so that a handshake holds up nobody else.
        with context.wrap_socket(request, server_side=True) as secured:
            super().finish_request(secured, client_address)


def names():
    """A name server that has one address for every name."""
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 53))
    while True:
        question, peer = server.recvfrom(512)
        end = question.index(b"\0", 12) + 5
        is_ipv4 = question[end - 4:end - 2] == b"\0\1"
        head = question[:2] + b"\x81\x80\0\1" + (b"\0\1" if is_ipv4 else b"\0\0") + b"\0\0\0\0"
        record = b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\x7f\0\0\1" if is_ipv4 else b""
        server.sendto(head + question[12:end] + record, peer)


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(f"{folder}/cert.pem", f"{folder}/key.pem")
threading.Thread(target=names, daemon=True).start()
Server(("127.0.0.1", port), Model).serve_forever()
