import threading
import time

COUNT = 5  # the numbers go from 1 to COUNT
WORD = "CODE"  # the letters are taken from this word
PAUSE = 0.1  # seconds of sleep after each line


def print_numbers():
    for number in range(1, COUNT + 1):
        print(number)
        time.sleep(PAUSE)


def print_letters():
    for letter in WORD:
        print(letter)
        time.sleep(PAUSE)


numbers = threading.Thread(target=print_numbers, name="numbers")
letters = threading.Thread(target=print_letters, name="letters")

numbers.start()
letters.start()
numbers.join()
letters.join()
print("both done")
