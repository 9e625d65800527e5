import threading
import time

REQUESTS = 5  # how many answers are asked for
WAIT = 0.2  # seconds until an answer comes


def fetch(name):
    print(f"{name} asked")
    time.sleep(WAIT)  # stands for a network, a disk, a database
    print(f"{name} arrived")


names = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[:REQUESTS]
threads = [
    threading.Thread(target=fetch, args=(name,), name=f"fetch-{name}")
    for name in names
]

began = time.perf_counter()
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(f"{REQUESTS} requests by threads: {time.perf_counter() - began:.2f} s")
