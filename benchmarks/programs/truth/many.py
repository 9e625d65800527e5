"""So many threads for some seconds: two compute, the others nap and share a lock.  many.py THREADS SECONDS"""

import sys
import threading
import time

COUNT, END = int(sys.argv[1]), time.perf_counter() + float(sys.argv[2])
lock = threading.Lock()


def compute():
    while time.perf_counter() < END:
        sum(i * i for i in range(2000))


def nap():
    while time.perf_counter() < END:
        time.sleep(0.05)
        with lock:
            pass


threads = [threading.Thread(target=compute if number < 2 else nap) for number in range(COUNT)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
