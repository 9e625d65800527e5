import threading
import time

NUMBERS = 5_000_000  # how many numbers are added up
BEAT = 0.005  # seconds between two heartbeats

gaps = []
busy = True


def beat():
    while busy:
        began = time.perf_counter()
        time.sleep(BEAT)
        gaps.append(time.perf_counter() - began)


def add_up():
    total = 0
    for number in range(NUMBERS):
        total += number  # between two rounds the GIL can change hands
    return total


heart = threading.Thread(target=beat, name="heart")
heart.start()

began = time.perf_counter()
add_up()
took = time.perf_counter() - began
busy = False
heart.join()
print(f"the loop took {took * 1000:.1f} ms, the heart stood still {max(gaps) * 1000:.1f} ms")
