import threading
import time

WAIT = 0.1  # seconds until the thread crashes


def crash():
    time.sleep(WAIT)
    return 1 / 0


worker = threading.Thread(target=crash, name="worker")
worker.start()
print(f"join() returned {worker.join()}, and the main thread goes on", flush=True)
