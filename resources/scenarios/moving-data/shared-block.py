import multiprocessing
import time
from multiprocessing import shared_memory

BYTES = 8_000_000  # how large the shared block is
METHOD = "default"  # or fork, spawn, forkserver: how a process is born


def count(conversation, name):
    block = shared_memory.SharedMemory(name)
    while conversation.recv():
        conversation.send(block.buf[0] + block.buf[-1])  # reads it where it is
    block.close()


if __name__ == "__main__":
    if METHOD != "default":
        multiprocessing.set_start_method(METHOD)
    block = shared_memory.SharedMemory(create=True, size=BYTES)
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.Process(
        target=count, args=(theirs, block.name), name="counter"
    )
    process.start()
    ours.send(True)
    ours.recv()  # now the process is there

    block.buf[0], block.buf[block.size - 1] = 1, 2
    began = time.perf_counter()
    ours.send(True)  # says only: look again
    answer = ours.recv()
    took = (time.perf_counter() - began) * 1000
    print(f"a shared block of {BYTES} bytes, looked at, answer {answer}: {took:.3f} ms")

    ours.send(False)
    process.join()
    block.close()
    block.unlink()
