import hashlib
import os
import threading
import time

TIMES = 150  # how often the data is hashed
SIZE = 1_000_000  # how many bytes are hashed at once

data = os.urandom(SIZE)


def work():
    for _ in range(TIMES):
        hashlib.sha256(data).digest()


began = time.perf_counter()
work()
work()
in_turn = time.perf_counter() - began

threads = [threading.Thread(target=work, name=f"worker-{letter}") for letter in "ab"]
began = time.perf_counter()
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
together = time.perf_counter() - began
print(f"in turn {in_turn:.3f} s, two threads {together:.3f} s: x {together / in_turn:.2f}")
