import threading
import time

N = 5_000_000  # how far each of them counts down

try:
    import _interpreters as interpreters  # from Python 3.13 on
except ImportError:
    import _xxsubinterpreters as interpreters  # Python 3.12

code = f"""
def countdown(n):
    while n > 0:
        n -= 1

countdown({N})
"""


def countdown(n):
    while n > 0:
        n -= 1


began = time.perf_counter()
countdown(N)
countdown(N)
serial = time.perf_counter() - began

ids = [interpreters.create() for _ in "ab"]
threads = [
    threading.Thread(
        target=interpreters.run_string, args=(each, code), name=f"worker-{letter}"
    )
    for letter, each in zip("ab", ids)
]
began = time.perf_counter()
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
together = time.perf_counter() - began
print(f"two interpreters take x {together / serial:.2f} of one after the other")
