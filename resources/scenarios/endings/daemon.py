import threading
import time

WORK = 1.0  # seconds that saving the file takes
WAIT = 0.1  # seconds after which the main thread ends


def save():
    try:
        time.sleep(WORK)
        print("saved")
    finally:
        print("tidied up")


threading.Thread(target=save, name="saver", daemon=True).start()
time.sleep(WAIT)
print("the main thread ends")
