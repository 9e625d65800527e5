import threading
import time

CARS = 4  # how many cars there are
DRIVE = 0.1  # seconds that the first car needs; each other one needs so much more
GUESS = 0.25  # seconds after which all of them are believed to be home

home = []


def drive(number):
    time.sleep(number * DRIVE)
    home.append(number)


cars = [
    threading.Thread(target=drive, args=(i,), name=f"car-{i}")
    for i in range(1, CARS + 1)
]
for car in cars:
    car.start()
time.sleep(GUESS)  # a guess is no synchronisation
print(f"believed home: {CARS}, home: {len(home)}")
for car in cars:
    car.join()
