"""Eight threads that sleep: 50 times a hundredth of a second each."""

import threading
import time


def work():
    for _ in range(50):
        time.sleep(0.01)


begin = time.perf_counter()
threads = [threading.Thread(target=work) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("seconds", time.perf_counter() - begin)
