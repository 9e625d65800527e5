import threading
import time

DOWNLOADS = 4  # how many files are fetched
WAIT = 0.2  # seconds until a file is here


def download():
    time.sleep(WAIT)  # stands for a network or a disk
    print(f"{threading.current_thread().name} has its file")


threads = [
    threading.Thread(target=download, name=f"download-{i}")
    for i in range(1, DOWNLOADS + 1)
]

began = time.perf_counter()
for thread in threads:
    thread.start()  # start them all ...
for thread in threads:
    thread.join()  # ... then wait for them all
print(f"{DOWNLOADS} downloads: {time.perf_counter() - began:.2f} s")
