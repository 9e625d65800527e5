import multiprocessing

PATIENCE = 1.5  # seconds until the main process gives up
WORKERS = 2  # how many workers the pool tries to keep


def square(x):
    return x * x


# Here 'if __name__ == "__main__":' is missing, so each worker runs these lines too.
# Python lets none of them, each dies, and the pool starts the next one in its place.
context = multiprocessing.get_context("spawn")
with context.Pool(WORKERS) as pool:
    answer = pool.map_async(square, [1, 2, 3])
    try:
        print(answer.get(PATIENCE))
    except multiprocessing.TimeoutError:
        print(f"no answer after {PATIENCE} s, so the pool is ended", flush=True)
