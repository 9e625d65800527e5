import multiprocessing
import threading
import time

TICKS = 100  # how often the ticker wakes up
PERIOD = 0.001  # seconds that it sleeps in between
METHOD = "default"  # or fork, spawn, forkserver: how a process is born


def crunch(ready, stop):
    ready.set()
    while not stop.is_set():
        sum(number * number for number in range(20_000))


def tick(late):
    for _ in range(TICKS):
        began = time.perf_counter()
        time.sleep(PERIOD)
        late.append(time.perf_counter() - began - PERIOD)


if __name__ == "__main__":
    if METHOD != "default":
        multiprocessing.set_start_method(METHOD)
    ready, stop = multiprocessing.Event(), multiprocessing.Event()
    cruncher = multiprocessing.Process(
        target=crunch, args=(ready, stop), name="cruncher"
    )
    cruncher.start()
    ready.wait()

    late = []
    ticker = threading.Thread(target=tick, args=(late,), name="ticker")
    ticker.start()
    ticker.join()
    stop.set()
    cruncher.join()

    late.sort()
    print(
        f"typical delay {late[TICKS // 2] * 1000:.2f} ms, "
        f"worst {late[-1] * 1000:.2f} ms"
    )
