import sys
import threading
import time

STEPS = 10_000_000  # how far each burner counts
WORKERS = 2  # how many burners there are
SWITCH_MS = 5.0  # milliseconds until a waiting thread asks for the GIL


def burn():
    total = 0
    for step in range(STEPS):
        total += step
    print(f"{threading.current_thread().name} counted to {STEPS}")


sys.setswitchinterval(SWITCH_MS / 1000)
burners = [
    threading.Thread(target=burn, name=f"burner-{letter}")
    for letter in "abcdefgh"[:WORKERS]
]

began = time.perf_counter()
for burner in burners:
    burner.start()
for burner in burners:
    burner.join()
print(f"{WORKERS} threads: {time.perf_counter() - began:.2f} s")
