"""200 threads, ten at a time, that live for some milliseconds each.  short_lived.py SECONDS"""

import sys
import threading
import time

from account import account

told = []


def work():
    end = time.thread_time() + float(sys.argv[1]) / 200
    while time.thread_time() < end:
        sum(range(200))
    told.append(account())


for _ in range(20):
    threads = [threading.Thread(target=work) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
print(*told, sep="\n")
