#!/usr/bin/python3
"""ssh_names.py SOURCE HEX...: asks the sshd on 127.0.0.1 to let in users of these names, one after the other, from the
address SOURCE. A name is any bytes, in hexadecimal: OpenSSH's client sends few of those that a stranger may send.
"""

import logging
import socket
import sys

import paramiko

SECONDS = 20


def ask(source, name):
    connection = socket.create_connection(("127.0.0.1", 22), timeout=SECONDS, source_address=(source, 0))
    transport = paramiko.Transport(connection)
    try:
        transport.start_client(timeout=SECONDS)
        transport.auth_none(name)
    except paramiko.BadAuthenticationType:
        return  # the answer: not without a key or a password
    finally:
        transport.close()
    sys.exit(f"{name} was let in")


def main():
    logging.getLogger("paramiko").setLevel(logging.CRITICAL)
    source, *names = sys.argv[1:]
    for name in names:
        ask(source, bytes.fromhex(name))


if __name__ == "__main__":
    main()
