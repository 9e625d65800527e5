import hashlib
import time

JOB = "wait"  # or count, hash, mixed: what the jobs are

data = bytes(1_000_000)


def wait():
    time.sleep(0.2)


def count():
    number = 0
    while number < 4_000_000:
        number += 1


def hash_it():
    for _ in range(100):
        hashlib.sha256(data).digest()


JOBS = {
    "wait": [wait] * 5,
    "count": [count] * 2,
    "hash": [hash_it] * 2,
    "mixed": [wait, count] * 2,
}

began = time.perf_counter()
for job in JOBS[JOB]:
    job()
print(f"{JOB}, one after the other: {time.perf_counter() - began:.2f} s")
