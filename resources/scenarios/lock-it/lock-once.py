import threading
import time

N = 20_000  # how often each thread adds one
THREADS = 2  # how many threads add to the same counter
WORK = 200  # how many empty rounds adding one takes

counter = 0
lock = threading.Lock()


def add_one(x):
    for _ in range(WORK):
        pass
    return x + 1


def count():
    global counter
    mine = 0
    for _ in range(N):
        mine = add_one(mine)
    with lock:
        counter += mine


threads = [
    threading.Thread(target=count, name=f"adder-{letter}")
    for letter in "abcdefgh"[:THREADS]
]

began = time.perf_counter()
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(f"expected {THREADS * N}, got {counter}, in {time.perf_counter() - began:.2f} s")
