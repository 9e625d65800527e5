import sys
import threading

N = 1_000_000  # how often each thread adds one

counter = 0


def count():
    global counter
    for _ in range(N):
        counter += 1


threads = [threading.Thread(target=count, name=f"adder-{letter}") for letter in "ab"]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()

gil = "on" if getattr(sys, "_is_gil_enabled", lambda: True)() else "off"
print(f"GIL {gil}: expected {2 * N}, got {counter}, lost {2 * N - counter}")
