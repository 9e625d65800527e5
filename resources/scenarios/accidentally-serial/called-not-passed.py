import threading
import time

DOWNLOADS = 4  # how many files are fetched
WAIT = 0.2  # seconds until a file is here


def download():
    time.sleep(WAIT)  # stands for a network or a disk
    print(f"{threading.current_thread().name} has its file")


began = time.perf_counter()
threads = [
    threading.Thread(target=download(), name=f"download-{i}")  # the brackets!
    for i in range(1, DOWNLOADS + 1)
]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(f"{DOWNLOADS} downloads: {time.perf_counter() - began:.2f} s")
