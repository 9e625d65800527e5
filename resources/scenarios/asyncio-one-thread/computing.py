import asyncio
import threading
import time

TASKS = 5  # how many tasks there are
STEPS = 1_000_000  # how far each of them counts


async def fetch(number):
    count = 0
    while count < STEPS:  # there is no await in here
        count += 1
    print(f"task {number} is done")


async def main():
    began = time.perf_counter()
    await asyncio.gather(*(fetch(number) for number in range(1, TASKS + 1)))
    took = time.perf_counter() - began
    threads = threading.active_count()
    print(f"{TASKS} tasks: {took:.2f} s, {threads} thread{'s' if threads > 1 else ''}")


asyncio.run(main())
