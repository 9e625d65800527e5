import os
import time

COUNT = 5  # square the numbers from 1 to COUNT
PAUSE = 0.1  # seconds that each square takes longer than it needs


def square(x):
    time.sleep(PAUSE)
    print(f"square({x}) in process {os.getpid()}")
    return x * x


results = list(map(square, range(1, COUNT + 1)))
print(results)
