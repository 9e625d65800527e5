import sys
import threading
import time

TICKS = 100  # how often the ticker wakes up
PERIOD = 0.001  # seconds that it sleeps in between
CRUNCHERS = 1  # how many threads compute meanwhile
SWITCH_MS = 5.0  # milliseconds until a waiting thread asks for the GIL

late = []
busy = True


def crunch():
    while busy:
        sum(number * number for number in range(200))


def tick():
    for _ in range(TICKS):
        began = time.perf_counter()
        time.sleep(PERIOD)
        late.append(time.perf_counter() - began - PERIOD)


sys.setswitchinterval(SWITCH_MS / 1000)
crunchers = [
    threading.Thread(target=crunch, name=f"cruncher-{letter}")
    for letter in "abcd"[:CRUNCHERS]
]
for cruncher in crunchers:
    cruncher.start()
ticker = threading.Thread(target=tick, name="ticker")
ticker.start()
ticker.join()
busy = False

late.sort()
print(f"typical delay {late[TICKS // 2] * 1000:.2f} ms, worst {late[-1] * 1000:.2f} ms")
