import threading
import time

PAUSE = 0.05  # seconds between taking the first tool and wanting the second
PATIENCE = 0.05  # seconds until Ann puts her first tool down; Bob waits twice as long

fork = threading.Lock()
knife = threading.Lock()


def eat(first, second, patience):
    name = threading.current_thread().name
    while True:
        with first:
            time.sleep(PAUSE)
            if second.acquire(timeout=patience):
                print(f"{name} eats")
                second.release()
                return
        print(f"{name} puts the first tool down")
        time.sleep(patience)


ann = threading.Thread(target=eat, args=(fork, knife, PATIENCE), name="Ann")
bob = threading.Thread(target=eat, args=(knife, fork, 2 * PATIENCE), name="Bob")
ann.start()
bob.start()
ann.join()
bob.join()
print("both have eaten")
