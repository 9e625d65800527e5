import multiprocessing
import time

NUMBERS = 1_000_000  # how long the list is
METHOD = "default"  # or fork, spawn, forkserver: how a process is born


def count(numbers):
    return len(numbers)


if __name__ == "__main__":
    if METHOD != "default":
        multiprocessing.set_start_method(METHOD)
    big = list(range(NUMBERS))
    with multiprocessing.Pool(1) as pool:
        pool.apply(count, ([],))  # until the worker is there

        began = time.perf_counter()
        answer = pool.apply(count, (big,))  # pickled, sent, unpickled
        took = (time.perf_counter() - began) * 1000
    print(f"a list of {answer} numbers to a process and an answer back: {took:.3f} ms")
