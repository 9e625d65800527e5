import multiprocessing
import time

STEPS = 10_000_000  # how far each burner counts
WORKERS = 2  # how many burners there are
METHOD = "default"  # or fork, spawn, forkserver: how a process is born


def burn():
    total = 0
    for step in range(STEPS):
        total += step
    print(f"{multiprocessing.current_process().name} counted to {STEPS}")


if __name__ == "__main__":
    if METHOD != "default":
        multiprocessing.set_start_method(METHOD)
    burners = [
        multiprocessing.Process(target=burn, name=f"burner-{letter}")
        for letter in "abcdefgh"[:WORKERS]
    ]

    began = time.perf_counter()
    for burner in burners:
        burner.start()
    for burner in burners:
        burner.join()
    print(f"{WORKERS} processes: {time.perf_counter() - began:.2f} s")
