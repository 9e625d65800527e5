"""Threads that compute, sleep, read from a pipe and share a lock, side by side.  mixed.py SECONDS"""

import os
import sys
import threading
import time

END = time.perf_counter() + float(sys.argv[1])
lock = threading.Lock()
read_end, write_end = os.pipe()


def compute():
    while time.perf_counter() < END:
        sum(i * i for i in range(2000))


def nap():
    while time.perf_counter() < END:
        time.sleep(0.02)
        os.write(write_end, b"x")
    os.close(write_end)


def read():
    while os.read(read_end, 1):
        pass


def share():
    while time.perf_counter() < END:
        with lock:
            time.sleep(0.015)


jobs = {"compute 1": compute, "compute 2": compute, "nap": nap, "read": read, "share 1": share, "share 2": share}
threads = [threading.Thread(target=job, name=name) for name, job in jobs.items()]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
