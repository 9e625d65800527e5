import threading
import time

CARS = 4  # how many cars there are
SEATS = 2  # how many may be in the tunnel at once
DRIVE = 0.1  # seconds that a car needs for the tunnel

green = threading.Event()  # off, then on for everybody
tunnel = threading.Semaphore(SEATS)  # so many at once
finish = threading.Barrier(CARS)  # nobody goes on before all are here


def drive():
    name = threading.current_thread().name
    green.wait()
    with tunnel:
        print(f"{name} is in the tunnel")
        time.sleep(DRIVE)
    finish.wait()
    print(f"{name} is home")


cars = [threading.Thread(target=drive, name=f"car-{i}") for i in range(1, CARS + 1)]
for car in cars:
    car.start()
time.sleep(DRIVE)
print("GREEN")
green.set()
for car in cars:
    car.join()
