import threading
import time
from concurrent.futures import ThreadPoolExecutor

DOWNLOADS = 4  # how many files are fetched
WAIT = 0.2  # seconds until a file is here


def download():
    time.sleep(WAIT)  # stands for a network or a disk
    print(f"{threading.current_thread().name} has its file")


began = time.perf_counter()
with ThreadPoolExecutor(DOWNLOADS, thread_name_prefix="download") as pool:
    for _ in range(DOWNLOADS):
        pool.submit(download).result()  # asks for the answer at once
print(f"{DOWNLOADS} downloads: {time.perf_counter() - began:.2f} s")
