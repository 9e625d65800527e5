import hashlib
import inspect
import threading
import time

JOB = "wait"  # or count, hash, mixed: what the jobs are

try:
    import _interpreters as interpreters  # from Python 3.13 on
except ImportError:
    import _xxsubinterpreters as interpreters  # Python 3.12

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

source = f"import hashlib, time\ndata = bytes({len(data)})\n"
source += "\n".join(inspect.getsource(job) for job in (wait, count, hash_it))


def run(job):
    interpreter = interpreters.create()
    interpreters.run_string(interpreter, f"{source}\n{job.__name__}()")


threads = [
    threading.Thread(target=run, args=(job,), name=f"{job.__name__}-{number}")
    for number, job in enumerate(JOBS[JOB], 1)
]
began = time.perf_counter()
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(f"{JOB}, by subinterpreters: {time.perf_counter() - began:.2f} s")
