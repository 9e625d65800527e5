import queue
import threading
import time

BUNS = 8  # how many buns are baked
BAKE = 0.01  # seconds that baking one takes
PACK = 0.05  # seconds that packing one takes
BELT = 2  # how many buns the belt holds; 0 is no limit

belt = queue.Queue(BELT)


def bake():
    for number in range(1, BUNS + 1):
        time.sleep(BAKE)
        belt.put(f"bun {number}")  # waits while the belt is full
    print("the baker goes home")  # and tells nobody


def pack():
    while True:
        bun = belt.get()  # waits while the belt is empty: in the end for ever
        time.sleep(PACK)
        print("packed", bun)


baker = threading.Thread(target=bake, name="baker")
packer = threading.Thread(target=pack, name="packer")
baker.start()
packer.start()
baker.join()
packer.join()
