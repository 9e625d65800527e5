import threading

DINNERS = 200  # how many dinners are tried
PATIENCE = 1.0  # seconds until a dinner is taken for a deadlock


def eat(first, second):
    with first:
        with second:
            pass


def dinner():
    fork, knife = threading.Lock(), threading.Lock()
    ann = threading.Thread(target=eat, args=(fork, knife), name="Ann", daemon=True)
    bob = threading.Thread(target=eat, args=(knife, fork), name="Bob", daemon=True)
    ann.start()
    bob.start()
    ann.join(PATIENCE)
    bob.join(PATIENCE)
    return not (ann.is_alive() and bob.is_alive())


for number in range(1, DINNERS + 1):
    if not dinner():
        print(f"dinner {number}: DEADLOCK")
        break
else:
    print(f"{DINNERS} dinners, and all have eaten")
