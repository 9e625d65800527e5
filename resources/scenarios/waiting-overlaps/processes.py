import multiprocessing
import time

REQUESTS = 5  # how many answers are asked for
WAIT = 0.2  # seconds until an answer comes
METHOD = "default"  # or fork, spawn, forkserver: how a process is born


def fetch(name):
    print(f"{name} asked", flush=True)
    time.sleep(WAIT)  # stands for a network, a disk, a database
    print(f"{name} arrived", flush=True)


if __name__ == "__main__":
    if METHOD != "default":
        multiprocessing.set_start_method(METHOD)
    names = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[:REQUESTS]
    processes = [
        multiprocessing.Process(target=fetch, args=(name,), name=f"fetch-{name}")
        for name in names
    ]

    began = time.perf_counter()
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    print(f"{REQUESTS} requests by processes: {time.perf_counter() - began:.2f} s")
