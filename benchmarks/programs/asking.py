"""Four threads ask a server, over sockets, and keep each answer in a file: almost all of it is waiting for I/O."""

import os
import socket
import sys
import tempfile
import threading
import time
from time import perf_counter

REQUESTS = 150 * (int(sys.argv[1]) if len(sys.argv) > 1 else 1)
ANSWER = b"x" * 4096


def serve(line):
    while line.recv(64):
        time.sleep(0.005)  # what the answer takes to make
        line.sendall(ANSWER)


def ask(line, path):
    with open(path, "wb") as file:
        for _ in range(REQUESTS):
            line.sendall(b"next")
            missing = len(ANSWER)
            while missing:
                part = line.recv(missing)
                missing -= len(part)
                file.write(part)
    line.close()


with tempfile.TemporaryDirectory() as folder:
    pairs = [socket.socketpair() for _ in range(4)]
    servers = [threading.Thread(target=serve, args=(theirs,)) for _, theirs in pairs]
    clients = [
        threading.Thread(target=ask, args=(ours, os.path.join(folder, str(number))))
        for number, (ours, _) in enumerate(pairs)
    ]
    begin = perf_counter()
    for thread in servers + clients:
        thread.start()
    for thread in clients:
        thread.join()
    seconds = perf_counter() - begin
    for thread in servers:
        thread.join()
print("seconds", seconds)
