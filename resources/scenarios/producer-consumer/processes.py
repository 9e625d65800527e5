import multiprocessing
import time

BUNS = 8  # how many buns are baked
BAKE = 0.01  # seconds that baking one takes
PACK = 0.05  # seconds that packing one takes
BELT = 2  # how many buns the belt holds; 0 is no limit
METHOD = "default"  # or fork, spawn, forkserver: how a process is born


def bake(belt):
    for number in range(1, BUNS + 1):
        time.sleep(BAKE)
        belt.put(f"bun {number}")  # pickled, and sent through a pipe
    belt.put(None)  # no more


def pack(belt):
    while True:
        bun = belt.get()
        if bun is None:
            break
        time.sleep(PACK)
        print("packed", bun)


if __name__ == "__main__":
    if METHOD != "default":
        multiprocessing.set_start_method(METHOD)
    belt = multiprocessing.Queue(BELT)
    baker = multiprocessing.Process(target=bake, args=(belt,), name="baker")
    packer = multiprocessing.Process(target=pack, args=(belt,), name="packer")

    began = time.perf_counter()
    baker.start()
    packer.start()
    baker.join()
    packer.join()
    print(f"{BUNS} buns by processes: {time.perf_counter() - began:.2f} s")
