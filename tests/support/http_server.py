#!/usr/bin/python3
"""http_server.py FOLDER: a server that an HTTP client is tested against; the path says what it shall do."""

import argparse
import os
import time

from service import Answer, Service, add_arguments, parse_multipart, serve


class Paths(Service):
    def method_of(self, request):
        return request.path

    def refuse_rate(self, request, seconds, is_global=False):
        return Answer(429, {"retry_after": seconds}, {"Retry-After": int(seconds)})

    def call(self, request):
        word, _, value = request.path.strip("/").partition("/")
        if word == "echo":
            return Answer(200, self.echo(request))
        if word == "status":
            return Answer(int(value), {"status": int(value)})
        if word == "limits":
            limits = {"Retry-After": "7", "X-RateLimit-Remaining": "0", "x-ratelimit-reset-after": "1.5"}
            return Answer(429, {}, {**limits, "X-Other": "not kept", "X-RateLimit-Long": "x" * 2000})
        if word == "redirect":
            return Answer(302, {}, {"Location": "/echo"})
        if word == "bytes":
            return Answer(200, b"x" * int(value))
        if word == "slow":
            self.lock.release()  # others go on meanwhile
            time.sleep(float(value))
            self.lock.acquire()
            return Answer(200, {})
        return Answer(404, {"path": "unknown"})

    def echo(self, request):
        fields = parse_multipart(request.headers.get("Content-Type"), request.body)
        parts = {name: [part[0].decode("latin-1"), *part[1:]] for name, part in (fields or {}).items()}
        return {
            "method": request.verb,
            "query": request.query,
            "headers": {name.lower(): value for name, value in request.headers.items()},
            "body": request.body.decode("latin-1"),
            "form": parts,
            "connections": request.handler.server.connections,
        }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    add_arguments(parser)
    arguments = parser.parse_args()
    os.makedirs(arguments.folder, exist_ok=True)
    serve(arguments, Paths(arguments.folder))


if __name__ == "__main__":
    main()
