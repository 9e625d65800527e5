import threading
import time

DISHES = 3  # how many dishes each cook makes
PREPARE = 0.05  # seconds that preparing a dish takes
COOK = 0.05  # seconds that it is on the stove

stove = threading.Lock()


def work():
    name = threading.current_thread().name
    for number in range(1, DISHES + 1):
        time.sleep(PREPARE)
        with stove:
            time.sleep(COOK)
        print(f"dish {number} of {name} is served")


cooks = [threading.Thread(target=work, name=f"cook-{letter}") for letter in "ab"]
for cook in cooks:
    cook.start()
for cook in cooks:
    cook.join()
