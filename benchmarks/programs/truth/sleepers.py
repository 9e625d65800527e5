"""Eight threads that sleep, and compute a little in between.  sleepers.py SECONDS"""

import sys
import threading
import time

from account import account

told = []


def work():
    end = time.perf_counter() + float(sys.argv[1])
    while time.perf_counter() < end:
        time.sleep(0.01)
    told.append(account())


threads = [threading.Thread(target=work, name=f"sleeper {number}") for number in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(*told, sep="\n")
