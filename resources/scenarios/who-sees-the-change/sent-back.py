import multiprocessing
import os
import time

PAUSE = 0.1  # seconds that shopping takes
METHOD = "default"  # or fork, spawn, forkserver: how a process is born

basket = []


def shop(item, counter):
    time.sleep(PAUSE)
    basket.append(item)
    print(f"pid {os.getpid()}: basket {basket}", flush=True)
    counter.put(item)  # a copy of it goes through a pipe to the main process


if __name__ == "__main__":
    if METHOD != "default":
        multiprocessing.set_start_method(METHOD)
    counter = multiprocessing.SimpleQueue()

    process = multiprocessing.Process(
        target=shop, args=("pear", counter), name="shopper-process"
    )
    process.start()
    bought = counter.get()
    process.join()
    print("main before taking it:", basket, flush=True)

    basket.append(bought)
    print("main after taking it:", basket, flush=True)
