"""A Pool of two workers that compute for some seconds.  pool.py SECONDS"""

import multiprocessing
import sys
import time

from account import account


def work(seconds):
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        sum(i * i for i in range(2000))
    return account()


if __name__ == "__main__":
    with multiprocessing.get_context("fork").Pool(2) as pool:
        lines = pool.map(work, [float(sys.argv[1]) / 8] * 16, chunksize=1)
    latest = {line.split()[1]: line for line in lines}
    print(*latest.values(), sep="\n")
