"""What the far sides of the bridges have in common: an HTTPS server on loopback that keeps its place over a kill.

A service lives in a folder: `port` (written when it listens), `ca.pem` and `key.pem` (made once), and `accepted.jsonl`:
what it accepted, one line each, numbered from 1 and on the disk before the answer is sent. Started anew in the same
folder with the same port it goes on where it was killed.

POST /control {"next": [FAULT...], "method": NAME} makes the coming requests fail, one fault each; GET /control tells
how things are. Faults: "429:SECONDS", "429-global:SECONDS"; a status as "502"; "slow:SECONDS" (and then as usual);
"hang" (no answer); "close", "reset", "garbage", "malformed", "truncated", "huge": nothing is accepted, and the answer
is none or nonsense; "reset-after", "malformed-after": accepted, and then that.
"""

import http.server
import json
import os
import re
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time
import urllib.parse

HANG_SECONDS_MAX = 120
BODY_BYTES_MAX = 60 * 1024 * 1024


def read_lines(path):
    """Whole lines only: a kill may have cut the last one, which then was never answered for."""
    if not os.path.exists(path):
        return []
    with open(path, "rb") as file:
        return [json.loads(line) for line in file if line.endswith(b"\n")]


class Journal:
    """Lines of JSON that are on the disk when append() returns."""

    def __init__(self, path):
        self.lines = read_lines(path)
        whole = sum(len(line) for line in open(path, "rb") if line.endswith(b"\n")) if os.path.exists(path) else 0
        self.file = open(path, "ab")
        self.file.truncate(whole)

    def append(self, record):
        self.lines.append(record)
        self.file.write(json.dumps(record, ensure_ascii=True).encode() + b"\n")
        self.file.flush()
        os.fsync(self.file.fileno())


class Answer(Exception):
    """What a request is answered with; raised, so that a check can end it from any depth."""

    def __init__(self, status, body=None, headers=None):
        super().__init__(status)
        self.status = status
        self.body = body
        self.headers = headers or {}


class Service:
    """State and rules. `call` is a subclass's: an API request within the lock, which returns or raises an Answer."""

    def __init__(self, folder):
        self.folder = folder
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.accepted = Journal(os.path.join(folder, "accepted.jsonl"))
        self.faults = []
        self.requests = 0

    def accept(self, record):
        record = {"number": len(self.accepted.lines) + 1, "time": time.time(), **record}
        self.accepted.append(record)
        return record

    def call(self, request):
        raise NotImplementedError

    def method_of(self, request):
        """The name that a fault may be restricted to; None: what faults never hit by themselves."""
        raise NotImplementedError

    def refuse_rate(self, request, seconds, is_global=False):
        """The Answer of a 429 on demand."""
        raise NotImplementedError

    def control(self, body):
        method = body.get("method")
        self.faults += [(fault, method) for fault in body.get("next", [])]
        return self.tell()

    def tell(self):
        return {
            "accepted": len(self.accepted.lines),
            "faults": [fault for fault, _ in self.faults],
            "requests": self.requests,
        }

    def take_fault(self, request):
        called = self.method_of(request)
        for index, (fault, method) in enumerate(self.faults):
            if called == method or (method is None and not self.is_patient(request)):
                del self.faults[index]
                return fault
        return ""

    def is_patient(self, request):
        """True for requests that wait by design, which only a fault with their name hits."""
        del request
        return False


class Request:
    def __init__(self, handler, body):
        url = urllib.parse.urlsplit(handler.path)
        self.verb = handler.command
        self.path = urllib.parse.unquote(url.path)
        self.query = dict(urllib.parse.parse_qsl(url.query, keep_blank_values=True))
        self.headers = handler.headers
        self.body = body
        self.handler = handler

    def gone(self):
        """True when the other side has hung up."""
        return is_gone(self.handler.connection)


def is_gone(connection):
    timeout = connection.gettimeout()
    try:
        connection.settimeout(0)
        return connection.recv(1) == b""
    except (BlockingIOError, ssl.SSLWantReadError):
        return False
    except (OSError, ValueError):
        return True
    finally:
        try:
            connection.settimeout(timeout)
        except OSError:
            pass


def parse_multipart(content_type, body):
    """Fields of multipart/form-data: name -> (bytes, file name or None, type or None). None: it isn't one."""
    boundary = re.match(r'multipart/form-data;\s*boundary="?([^";]+)"?\s*$', content_type or "", re.I)
    if not boundary:
        return None
    mark = b"--" + boundary.group(1).encode()
    parts = (b"\r\n" + body).split(b"\r\n" + mark)
    if len(parts) < 2 or parts[-1].strip() != b"--":
        return None
    fields = {}
    for part in parts[1:-1]:
        head, separator, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        disposition = re.search(rb'^content-disposition:\s*form-data;\s*(.*)$', head, re.I | re.M)
        name = disposition and re.search(rb'(?:^|;\s*)name="((?:[^"\\]|\\.)*)"', disposition.group(1))
        if not separator or not name:
            return None
        file_name = re.search(rb'filename="((?:[^"\\]|\\.)*)"', disposition.group(1))
        kind = re.search(rb"^content-type:\s*(\S+)", head, re.I | re.M)
        fields[unquote(name.group(1))] = (
            content,
            unquote(file_name.group(1)) if file_name else None,
            kind.group(1).decode() if kind else None,
        )
    return fields


def unquote(quoted):
    """Of a quoted-string, and of browsers' way with quotes and line breaks."""
    text = re.sub(rb"\\(.)", rb"\1", quoted).decode("utf-8", "replace")
    return re.sub("%(22|0D|0A)", lambda match: chr(int(match.group(1), 16)), text)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "far-side"
    sys_version = ""
    wbufsize = -1
    timeout = HANG_SECONDS_MAX

    def setup(self):
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.request.settimeout(HANG_SECONDS_MAX)
        if isinstance(self.request, ssl.SSLSocket):
            self.request.do_handshake()
        super().setup()

    def log_message(self, *_):
        pass

    def handle_any(self):
        service = self.server.service
        length = int(self.headers.get("Content-Length") or 0)
        if length > BODY_BYTES_MAX:
            self.close_connection = True
            return self.send(Answer(413, {"ok": False, "error_code": 413, "description": "Request Entity Too Large"}))
        request = Request(self, self.read_body(length))
        if request.path == "/control":
            return self.send(self.control(request))
        with service.lock:
            service.requests += 1
            fault = service.take_fault(request)
        return self.answer(request, fault)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = handle_any

    def read_body(self, length):
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(length)
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def control(self, request):
        service = self.server.service
        with service.lock:
            return Answer(200, service.control(json.loads(request.body)) if request.body else service.tell())

    def answer(self, request, fault):
        name, _, value = fault.partition(":")
        if name == "slow":
            time.sleep(float(value))
        if name in ("", "slow", "reset-after", "malformed-after"):
            answer = self.call(request)
            if name == "malformed-after":
                answer = Answer(200, b'{"ok":true,"resu')
            return self.reset() if name == "reset-after" else self.send(answer)
        return self.fail(request, name, value)

    def call(self, request):
        service = self.server.service
        try:
            with service.lock:
                return service.call(request)
        except Answer as answer:
            return answer

    def fail(self, request, name, value):
        service = self.server.service
        if name in ("429", "429-global"):
            with service.lock:
                return self.send(service.refuse_rate(request, float(value or 1), name == "429-global"))
        if name.isdigit():
            page = f"<html><head><title>{name}</title></head><body>{name}</body></html>"
            return self.send(Answer(int(name), page.encode(), {"Content-Type": "text/html"}))
        if name == "malformed":
            return self.send(Answer(200, b'{"ok":tru'))
        if name == "huge":
            return self.send(Answer(200, b'"' + b"x" * (64 * 1024 * 1024) + b'"'))
        return self.end(name)

    def end(self, name):
        self.close_connection = True
        if name == "hang":
            until = time.monotonic() + HANG_SECONDS_MAX
            while time.monotonic() < until and not is_gone(self.connection):
                time.sleep(0.02)
        elif name == "garbage":
            self.wfile.write(b"\x00\xffthis is no HTTP\r\n" * 4)
        elif name == "truncated":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{")
        elif name == "reset":
            self.reset()
        elif name != "close":
            raise SystemExit(f"no such fault: {name}")

    def reset(self):
        """The peer gets an RST, not an orderly end."""
        self.close_connection = True
        raw = socket.socket(fileno=os.dup(self.connection.fileno()))
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raw.close()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.close(self.connection.detach())

    def send(self, answer):
        body = answer.body
        if body is None:
            body = b""
        elif not isinstance(body, bytes):
            body = json.dumps(body, separators=(",", ":")).encode()
        self.send_response(answer.status)
        if answer.status != 204:
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Type", answer.headers.get("Content-Type", "application/json"))
        for name, value in answer.headers.items():
            if name != "Content-Type":
                self.send_header(name, str(value))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port, service, context, handler=Handler):
        super().__init__(("127.0.0.1", port), handler)
        self.service = service
        self.context = context
        self.connections = 0

    def get_request(self):
        connection, address = super().get_request()
        self.connections += 1
        if self.context:
            # the handshake is the connection's own thread's: a silent peer stops nobody
            connection = self.context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        return connection, address

    def shutdown_request(self, request):
        try:
            super().shutdown_request(request)
        except (OSError, ValueError):
            pass

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], (OSError, ValueError)):
            super().handle_error(request, client_address)


def make_certificate(folder, names):
    """A self-signed one, which a client may take as its CA."""
    certificate, key = os.path.join(folder, "ca.pem"), os.path.join(folder, "key.pem")
    if not os.path.exists(certificate):
        command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        command += ["-days", "30", "-subj", "/CN=far side", "-addext", f"subjectAltName={names}"]
        command += ["-keyout", key, "-out", certificate + ".new"]
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.rename(certificate + ".new", certificate)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


def add_arguments(parser):
    parser.add_argument("folder", help="where it keeps everything; made if it isn't there")
    parser.add_argument("--port", type=int, default=0, help="0: any, which is then in FOLDER/port")
    parser.add_argument("--plain", action="store_true", help="without TLS")
    parser.add_argument("--names", default="DNS:localhost,IP:127.0.0.1", help="whom the certificate is for")


def serve(arguments, service, handler=Handler):
    """Until it is killed, or whoever started it closes its standard input."""
    context = None if arguments.plain else make_certificate(arguments.folder, arguments.names)
    server = Server(arguments.port, service, context, handler)
    port_file = os.path.join(arguments.folder, "port")
    with open(port_file + ".new", "w", encoding="ascii") as file:
        file.write(f"{server.server_address[1]}\n")
    os.rename(port_file + ".new", port_file)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    while sys.stdin.buffer.read(4096):
        pass
    server.shutdown()
