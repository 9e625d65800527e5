import threading
import time

STEPS = 3_000_000  # how far each thread counts


def work():
    count = 0
    while count < STEPS:
        count += 1


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
