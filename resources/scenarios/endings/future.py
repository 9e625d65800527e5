import time
from concurrent.futures import ThreadPoolExecutor

WAIT = 0.1  # seconds until the thread crashes


def crash():
    time.sleep(WAIT)
    return 1 / 0


with ThreadPoolExecutor(thread_name_prefix="worker") as pool:
    future = pool.submit(crash)
    print("submitted, and nothing to be seen yet")
    time.sleep(2 * WAIT)
    print("the task has crashed, and still nothing to be seen")
    try:
        future.result()  # only here it comes back
    except ZeroDivisionError as error:
        print(f"result() raised: {error}")
