import multiprocessing
import time

CHILDREN = 2  # how many children are born, one after the other

print(f"this line runs in {multiprocessing.current_process().name}", flush=True)
setting = "as written in the file"


def child():
    print(f"the child sees the setting {setting}", flush=True)


if __name__ == "__main__":
    setting = "changed by the main process"
    context = multiprocessing.get_context("spawn")
    for number in range(1, CHILDREN + 1):
        began = time.perf_counter()
        process = context.Process(target=child, name=f"child-{number}")
        process.start()
        process.join()
        took = (time.perf_counter() - began) * 1000
        print(f"spawn: born, run and gone in {took:.1f} ms", flush=True)
