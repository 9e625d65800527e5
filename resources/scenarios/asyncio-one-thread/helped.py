import asyncio
import threading
import time

TASKS = 5  # how many tasks there are
WAIT = 0.2  # seconds that each of them waits


async def fetch(number):
    await asyncio.to_thread(time.sleep, WAIT)  # keeps a helper's thread instead
    print(f"task {number} is done")


async def main():
    began = time.perf_counter()
    await asyncio.gather(*(fetch(number) for number in range(1, TASKS + 1)))
    took = time.perf_counter() - began
    threads = threading.active_count()
    print(f"{TASKS} tasks: {took:.2f} s, {threads} thread{'s' if threads > 1 else ''}")


asyncio.run(main())
