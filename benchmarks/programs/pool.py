"""A Pool of two workers and 10 000 tasks that do next to nothing, each sent by itself."""

import multiprocessing
from time import perf_counter


def square(number):
    return number * number


if __name__ == "__main__":
    with multiprocessing.get_context("fork").Pool(2) as pool:
        pool.map(square, range(10))
        begin = perf_counter()
        pool.map(square, range(10_000), chunksize=1)
        print("seconds", perf_counter() - begin)
