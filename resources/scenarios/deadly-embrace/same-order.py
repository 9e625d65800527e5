import threading
import time

PAUSE = 0.05  # seconds between taking the first tool and wanting the second

fork = threading.Lock()
knife = threading.Lock()


def eat(first, second):
    name = threading.current_thread().name
    with first:
        print(f"{name} took the first tool")
        time.sleep(PAUSE)
        print(f"{name} wants the second tool")
        with second:
            print(f"{name} eats")


ann = threading.Thread(target=eat, args=(fork, knife), name="Ann")
bob = threading.Thread(target=eat, args=(fork, knife), name="Bob")
ann.start()
bob.start()
ann.join()
bob.join()
print("both have eaten")
