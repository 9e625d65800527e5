import threading
import time

WORK = 0.2  # seconds until the thread is asked to stop
LOOK = 0.05  # seconds between two looks at the flag

stop = threading.Event()


def polite():
    while not stop.wait(LOOK):
        pass  # a piece of work
    print("the worker has tidied up")


worker = threading.Thread(target=polite, name="worker")
worker.start()
time.sleep(WORK)

began = time.perf_counter()
stop.set()
worker.join()
print(f"it ended {(time.perf_counter() - began) * 1000:.2f} ms after it was asked")
