import time
from concurrent.futures import ThreadPoolExecutor

JOBS = 12  # how many jobs there are
WAIT = 0.05  # seconds that each of them waits
MOST = 12  # with how many workers it is tried at most


def work(_):
    time.sleep(WAIT)


def timed(workers):
    with ThreadPoolExecutor(workers, thread_name_prefix=f"of-{workers}") as pool:
        began = time.perf_counter()
        list(pool.map(work, range(JOBS)))
        return time.perf_counter() - began


alone = timed(1)
for workers in (2, 4, 8, 12):
    if workers <= MOST:
        print(f"{workers} workers: {alone / timed(workers):.2f} times as fast")
