import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor

COUNT = 5  # square the numbers from 1 to COUNT
WORKERS = 2  # how many threads share the work
PAUSE = 0.1  # seconds that each square takes longer than it needs


def square(x):
    time.sleep(PAUSE)
    name = threading.current_thread().name
    print(f"square({x}) in process {os.getpid()}, thread {name}")
    return x * x


with ThreadPoolExecutor(WORKERS, thread_name_prefix="squarer") as executor:
    results = list(executor.map(square, range(1, COUNT + 1)))
print(results)
