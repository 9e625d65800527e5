import multiprocessing
import time

TIMES = 5000  # how often one is added


def add_to_dict(numbers):
    for _ in range(TIMES):
        numbers["n"] += 1


def add_to_value(number):
    for _ in range(TIMES):
        with number.get_lock():  # += on shared memory is not one step
            number.value += 1


def timed(job, target):
    began = time.perf_counter()
    job(target)
    return (time.perf_counter() - began) / TIMES * 1_000_000


if __name__ == "__main__":
    alone = timed(add_to_dict, {"n": 0})
    shared = timed(add_to_value, multiprocessing.Value("i", 0))
    print(f"own dict {alone:.3f} us, shared Value {shared:.3f} us: x {shared / alone:.1f}")
