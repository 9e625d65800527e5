import threading

N = 2_000_000  # how often each thread adds one
THREADS = 2  # how many threads add to the same counter

counter = 0


def add_one(x):
    return x + 1


def count():
    global counter
    for _ in range(N):
        counter = add_one(counter)


threads = [
    threading.Thread(target=count, name=f"adder-{letter}")
    for letter in "abcdefgh"[:THREADS]
]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(f"expected {THREADS * N}, got {counter}, lost {THREADS * N - counter}")
