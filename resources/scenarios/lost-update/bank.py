import threading
import time

BALANCE = 100  # how much there is at first
AMOUNT = 80  # how much each of the two takes
PAUSE = 0.05  # seconds between looking and taking

balance = BALANCE


def withdraw():
    global balance
    if balance >= AMOUNT:  # is there enough?
        time.sleep(PAUSE)  # the machine counts the notes
        balance -= AMOUNT
        print(f"{threading.current_thread().name} got {AMOUNT}")
    else:
        print(f"{threading.current_thread().name} got nothing")


ann = threading.Thread(target=withdraw, name="Ann")
bob = threading.Thread(target=withdraw, name="Bob")
ann.start()
bob.start()
ann.join()
bob.join()
print(f"the balance is {balance}")
