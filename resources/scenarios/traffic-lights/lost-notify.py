import threading
import time

NAP = 0.1  # seconds that the sleeper comes too late
PATIENCE = 0.5  # seconds that it waits for the bell

bell = threading.Condition()


def sleep_late():
    time.sleep(NAP)
    with bell:
        heard = bell.wait(PATIENCE)
    print("the sleeper heard the bell" if heard else "the sleeper heard nothing")


sleeper = threading.Thread(target=sleep_late, name="sleeper")
sleeper.start()
with bell:
    print("the bell rings")
    bell.notify_all()  # wakes those who wait now, and nobody later
sleeper.join()
