import multiprocessing
import os
import threading
import time

PAUSE = 0.1  # seconds that shopping takes
METHOD = "default"  # or fork, spawn, forkserver: how a process is born

basket = []


def shop(item):
    time.sleep(PAUSE)
    basket.append(item)
    print(f"pid {os.getpid()}: basket {basket} id {id(basket):#x}", flush=True)


if __name__ == "__main__":
    if METHOD != "default":
        multiprocessing.set_start_method(METHOD)
    print(f"pid {os.getpid()}: basket {basket} id {id(basket):#x}", flush=True)

    thread = threading.Thread(
        target=shop, args=("apple",), name="shopper-thread"
    )
    thread.start()
    thread.join()
    print("main after the thread:", basket, flush=True)

    process = multiprocessing.Process(
        target=shop, args=("pear",), name="shopper-process"
    )
    process.start()
    process.join()
    print("main after the process:", basket, flush=True)
