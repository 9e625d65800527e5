import threading
import time

TICKS = 100  # how often the ticker wakes up
PERIOD = 0.001  # seconds that it sleeps in between

late = []


def tick():
    for _ in range(TICKS):
        began = time.perf_counter()
        time.sleep(PERIOD)
        late.append(time.perf_counter() - began - PERIOD)


ticker = threading.Thread(target=tick, name="ticker")
ticker.start()
ticker.join()

late.sort()
print(f"typical delay {late[TICKS // 2] * 1000:.2f} ms, worst {late[-1] * 1000:.2f} ms")
