import threading
import time

NUMBERS = 1_000_000  # how long the list is

big = list(range(NUMBERS))
answers = []


def count(numbers):
    answers.append(len(numbers))


began = time.perf_counter()
thread = threading.Thread(target=count, args=(big,), name="counter")
thread.start()
thread.join()
took = (time.perf_counter() - began) * 1000
print(f"a list of {answers[0]} numbers to a thread and an answer back: {took:.3f} ms")
