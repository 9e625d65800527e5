import time

REQUESTS = 5  # how many answers are asked for
WAIT = 0.2  # seconds until an answer comes


def fetch(name):
    print(f"{name} asked")
    time.sleep(WAIT)  # stands for a network, a disk, a database
    print(f"{name} arrived")


names = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[:REQUESTS]

began = time.perf_counter()
for name in names:
    fetch(name)
print(f"{REQUESTS} requests one after the other: {time.perf_counter() - began:.2f} s")
