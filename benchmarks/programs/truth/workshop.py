"""Threads that compute, hash without the GIL, pass things on in a queue, write a file and nap.  workshop.py SECONDS"""

import hashlib
import queue
import sys
import tempfile
import threading
import time

END = time.perf_counter() + float(sys.argv[1])
DATA = bytes(4 << 20)
things = queue.Queue(4)


def compute():
    while time.perf_counter() < END:
        sum(i * i for i in range(3000))


def digest():
    while time.perf_counter() < END:
        hashlib.sha256(DATA).hexdigest()
        time.sleep(0.003)


def produce():
    while time.perf_counter() < END:
        for _ in range(5):
            things.put(sum(range(40000)))
        time.sleep(0.002)
    things.put(None)


def consume():
    with tempfile.TemporaryFile(buffering=0) as file:
        while things.get() is not None:
            file.write(DATA[:4096])
            sum(range(15000))


def nap():
    while time.perf_counter() < END:
        time.sleep(0.001)
        sum(range(5000))


threads = [threading.Thread(target=job, name=job.__name__) for job in (compute, digest, produce, consume, nap)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
