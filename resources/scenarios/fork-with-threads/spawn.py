import multiprocessing
import threading
import time

HOLD = 0.4  # seconds for which the other thread keeps the lock
PATIENCE = 5.0  # seconds until the main process gives the child up

lock = threading.Lock()


def background():
    with lock:  # as a logger, a cache or a connection pool would
        time.sleep(HOLD)


def child():
    print("the child wants the lock", flush=True)
    with lock:
        print("the child got the lock", flush=True)


if __name__ == "__main__":
    keeper = threading.Thread(target=background, name="keeper")
    keeper.start()
    while not lock.locked():
        time.sleep(0.001)
    process = multiprocessing.get_context("spawn").Process(target=child, name="child")
    process.start()
    process.join(PATIENCE)
    print("the child is", "STUCK" if process.is_alive() else "done", flush=True)
    process.kill()
    process.join()
