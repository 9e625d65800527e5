"""Three threads that want one lock, computing inside and outside of it, and one that computes.  contended.py SECONDS"""

import sys
import threading
import time

END = time.perf_counter() + float(sys.argv[1])
lock = threading.Lock()


def share(inside, outside):
    while time.perf_counter() < END:
        with lock:
            sum(i for i in range(inside))
        sum(i for i in range(outside))


def compute():
    while time.perf_counter() < END:
        sum(i * i for i in range(3000))


work = {"most": (200000, 5000), "half": (60000, 60000), "less": (100000, 30000)}
threads = [threading.Thread(target=share, args=sizes, name=name) for name, sizes in work.items()]
threads.append(threading.Thread(target=compute, name="compute"))
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
