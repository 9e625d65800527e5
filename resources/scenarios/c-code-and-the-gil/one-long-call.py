import threading
import time

NUMBERS = 10_000_000  # how many numbers are added up
BEAT = 0.005  # seconds between two heartbeats

gaps = []
busy = True


def beat():
    while busy:
        began = time.perf_counter()
        time.sleep(BEAT)
        gaps.append(time.perf_counter() - began)


heart = threading.Thread(target=beat, name="heart")
heart.start()

began = time.perf_counter()
total = sum(range(NUMBERS))  # one single call into C code
took = time.perf_counter() - began
busy = False
heart.join()
print(f"the call took {took * 1000:.1f} ms, the heart stood still {max(gaps) * 1000:.1f} ms")
