#!/usr/bin/python3
"""socket_unit.py PATH GROUP PROGRAM [ARGUMENT...]

Stands in for a socket unit of systemd's: listens at PATH, which is GROUP's but lets everybody connect, and becomes
PROGRAM with that socket as its descriptor 3.
"""

import grp
import os
import socket
import sys

path, group = sys.argv[1:3]
os.makedirs(os.path.dirname(path), exist_ok=True)
listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
listener.bind(path)
os.chown(path, 0, grp.getgrnam(group).gr_gid)
os.chmod(path, 0o666)
listener.listen(8)
if listener.fileno() != 3:
    os.dup2(listener.fileno(), 3)
os.set_inheritable(3, True)
os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
os.execv(sys.argv[3], sys.argv[3:])
