import threading

COUNT = 5  # the numbers go from 1 to COUNT
WORD = "CODE"  # the letters are taken from this word


def print_numbers():
    for number in range(1, COUNT + 1):
        print(number)


def print_letters():
    for letter in WORD:
        print(letter)


numbers = threading.Thread(target=print_numbers, name="numbers")
letters = threading.Thread(target=print_letters, name="letters")

numbers.start()
letters.start()
numbers.join()
letters.join()
print("both done")
