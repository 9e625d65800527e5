import multiprocessing
import time

WORK = 10.0  # seconds that the process would work
WAIT = 0.1  # seconds after which it is ended
METHOD = "default"  # or fork, spawn, forkserver: how a process is born


def work(ready):
    ready.set()
    try:
        time.sleep(WORK)
    finally:
        print("tidied up", flush=True)


if __name__ == "__main__":
    if METHOD != "default":
        multiprocessing.set_start_method(METHOD)
    ready = multiprocessing.Event()
    worker = multiprocessing.Process(target=work, args=(ready,), name="worker")
    worker.start()
    ready.wait()
    time.sleep(WAIT)

    began = time.perf_counter()
    worker.terminate()
    worker.join()
    took = (time.perf_counter() - began) * 1000
    print(f"it ended {took:.2f} ms later, exit code {worker.exitcode}")
