import threading
import time

N = 20  # how often each thread adds one
THREADS = 2  # how many threads add to the same counter
PAUSE = 0.01  # seconds between reading and writing

counter = 0
lock = threading.Lock()


def count():
    global counter
    for _ in range(N):
        with lock:
            seen = counter
            time.sleep(PAUSE)
            counter = seen + 1


threads = [
    threading.Thread(target=count, name=f"adder-{letter}")
    for letter in "abcdefgh"[:THREADS]
]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(f"expected {THREADS * N}, got {counter}, lost {THREADS * N - counter}")
