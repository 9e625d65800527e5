"""The laws of speed-up: what n workers brought, what that says about the part that cannot be shared, what n more could.

speed-up     S(n) = T(1) / T(n)
efficiency   E(n) = S(n) / n
Karp-Flatt   f = (1/S - 1/n) / (1 - 1/n): the serial fraction as measured
             [A. Karp, H. Flatt, Measuring Parallel Processor Performance, CACM 33(5), 1990]
Amdahl       S(n) = 1 / (f + (1 - f)/n)
             [G. Amdahl, Validity of the Single Processor Approach, AFIPS 1967]
"""

from __future__ import annotations

from collections.abc import Iterable


def speed_up(base_ns: float, ns: float) -> float | None:
    """How many times faster than the base; None when there is no time to compare."""
    return base_ns / ns if base_ns > 0 and ns > 0 else None


def efficiency(times: float | None, workers: int) -> float | None:
    """The share of each worker's time that paid off."""
    return times / workers if times is not None and workers > 0 else None


def karp_flatt(times: float | None, workers: int) -> float | None:
    """The serial fraction as measured; None for one worker. Below 0: faster than they can explain (caches, noise)."""
    if times is None or times <= 0 or workers < 2:
        return None
    return (1 / times - 1 / workers) / (1 - 1 / workers)


def amdahl(serial: float, workers: float) -> float:
    """The speed-up of `workers` when the share `serial` (0 to 1) of the work cannot be shared."""
    return 1 / (serial + (1 - serial) / workers)


def fitted_serial(points: Iterable[tuple[int, float]]) -> float | None:
    """The serial fraction with which Amdahl's law comes nearest to (workers, speed-up), 0 to 1; None where it does not
    fit. Least squares of 1/S, which is linear in f: 1/S - 1/n = f (1 - 1/n)."""
    some = [(1 - 1 / n, 1 / times - 1 / n) for n, times in points if n > 1 and times > 0]
    weight = sum(x * x for x, _ in some)
    found = sum(x * y for x, y in some) / weight if weight else None
    return found if found is not None and 0 <= found <= 1 else None
