import multiprocessing

print(f"this line runs in {multiprocessing.current_process().name}", flush=True)


def child():
    print("the child is at work", flush=True)


# Here 'if __name__ == "__main__":' is missing, so the child runs these lines too.
context = multiprocessing.get_context("spawn")
process = context.Process(target=child, name="child")
process.start()
process.join()
print(f"the child's exit code is {process.exitcode}", flush=True)
