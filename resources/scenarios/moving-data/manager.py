import multiprocessing
import time

TIMES = 500  # how often one is added
METHOD = "default"  # or fork, spawn, forkserver: how a process is born


def add(numbers):
    began = time.perf_counter()
    for _ in range(TIMES):
        numbers["n"] += 1
    return (time.perf_counter() - began) / TIMES * 1_000_000


if __name__ == "__main__":
    if METHOD != "default":
        multiprocessing.set_start_method(METHOD)
    plain = {"n": 0}
    alone = add(plain)
    with multiprocessing.Manager() as manager:
        shared = manager.dict(n=0)
        asked = add(shared)  # each access asks another process
    print(f"own dict {alone:.3f} us, manager's dict {asked:.3f} us: x {asked / alone:.1f}")
