"""Starts one of the servers beside this file, for their own tests; those in C++ have far_side.h."""

import http.client
import json
import os
import pathlib
import ssl
import subprocess
import sys
import tempfile
import time
import unittest


class FarSide(unittest.TestCase):
    SCRIPT = ""
    ARGUMENTS = []

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.process = None
        self.port = 0
        self.start()
        self.addCleanup(self.kill)

    def start(self):
        port_file = os.path.join(self.folder.name, "port")
        if os.path.exists(port_file):
            os.remove(port_file)
        script = pathlib.Path(__file__).parent / self.SCRIPT
        command = [sys.executable, str(script), self.folder.name, "--port", str(self.port), *self.ARGUMENTS]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE)
        give_up = time.monotonic() + 20
        while not os.path.exists(port_file):
            self.assertIsNone(self.process.poll(), "it has ended")
            self.assertLess(time.monotonic(), give_up, "it doesn't listen")
            time.sleep(0.01)
        with open(port_file, encoding="ascii") as file:
            self.port = int(file.read())

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()

    def ask(self, verb, path, body=None, headers=None):
        """(status, JSON or bytes, headers). Tuples and dictionaries are sent as JSON."""
        context = ssl.create_default_context(cafile=os.path.join(self.folder.name, "ca.pem"))
        connection = http.client.HTTPSConnection("localhost", self.port, timeout=20, context=context)
        headers = dict(headers or {})
        if isinstance(body, dict):
            body, headers["Content-Type"] = json.dumps(body), "application/json"
        try:
            connection.request(verb, path, body, headers)
            response = connection.getresponse()
            content = response.read()
        finally:
            connection.close()
        if response.getheader("Content-Type") == "application/json" and content:
            content = json.loads(content)
        return response.status, content, response.headers

    def control(self, orders):
        return self.ask("POST", "/control", orders)[1]

    def accepted(self):
        with open(os.path.join(self.folder.name, "accepted.jsonl"), encoding="ascii") as file:
            return [json.loads(line) for line in file]

    def form(self, fields, file):
        """(body, headers) of a form with one file: (field, name, content)."""
        mark = "far-side-boundary"
        body = b""
        for name, value in fields.items():
            body += f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        field, name, content = file
        head = f'--{mark}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n\r\n'
        body += head.encode() + content + f"\r\n--{mark}--\r\n".encode()
        return body, {"Content-Type": f"multipart/form-data; boundary={mark}"}
