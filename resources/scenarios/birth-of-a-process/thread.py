import threading
import time

CHILDREN = 2  # how many threads are started, one after the other

print(f"this line runs in {threading.current_thread().name}", flush=True)
setting = "as written in the file"


def child():
    print(f"the child sees the setting {setting}", flush=True)


setting = "changed by the main thread"
for number in range(1, CHILDREN + 1):
    began = time.perf_counter()
    thread = threading.Thread(target=child, name=f"child-{number}")
    thread.start()
    thread.join()
    took = (time.perf_counter() - began) * 1000
    print(f"thread: born, run and gone in {took:.2f} ms", flush=True)
