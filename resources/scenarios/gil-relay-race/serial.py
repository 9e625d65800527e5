import time

STEPS = 10_000_000  # how far each burner counts
WORKERS = 2  # how often this is done


def burn(name):
    total = 0
    for step in range(STEPS):
        total += step
    print(f"{name} counted to {STEPS}")


began = time.perf_counter()
for letter in "abcdefgh"[:WORKERS]:
    burn(f"burner-{letter}")
print(f"{WORKERS} one after the other: {time.perf_counter() - began:.2f} s")
