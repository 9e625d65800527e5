"""Four threads want one lock, and each does a little while it holds it."""

import threading
from time import perf_counter

lock = threading.Lock()
total = 0


def work():
    global total
    for _ in range(10_000):
        with lock:
            for _ in range(200):
                total += 1


begin = perf_counter()
threads = [threading.Thread(target=work) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("seconds", perf_counter() - begin)
