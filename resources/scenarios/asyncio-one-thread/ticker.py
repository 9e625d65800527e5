import asyncio
import time

TICK = 0.01  # seconds between two ticks
WAIT = 0.3  # seconds that the rude call takes
HELPED = False  # whether a helper's thread makes the call


async def tick(gaps):
    while True:
        began = time.perf_counter()
        await asyncio.sleep(TICK)
        gaps.append(time.perf_counter() - began)


async def main():
    gaps = []
    ticker = asyncio.create_task(tick(gaps))
    await asyncio.sleep(10 * TICK)
    if HELPED:
        await asyncio.to_thread(time.sleep, WAIT)
    else:
        time.sleep(WAIT)
    await asyncio.sleep(10 * TICK)
    ticker.cancel()
    print(f"{len(gaps)} ticks, the longest gap was {max(gaps) * 1000:.0f} ms")


asyncio.run(main())
