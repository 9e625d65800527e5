"""Four threads that compute, and two other processes that do: many for two CPUs.  crowded.py SECONDS"""

import subprocess
import sys
import threading
import time

SECONDS = float(sys.argv[1])
END = time.perf_counter() + SECONDS
OTHER = f"import time\nend = time.perf_counter() + {SECONDS}\nwhile time.perf_counter() < end: sum(range(2000))"


def compute():
    while time.perf_counter() < END:
        sum(i * i for i in range(2000))


others = [subprocess.Popen([sys.executable, "-c", OTHER]) for _ in range(2)]
threads = [threading.Thread(target=compute, name=f"compute {number}") for number in range(1, 5)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
for other in others:
    other.wait()
