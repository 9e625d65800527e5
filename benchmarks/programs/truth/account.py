"""What the kernel says of the thread that asks: "account TID T_NS CPU_NS", both clocks read at one moment."""

import threading
import time


def account():
    """CLOCK_THREAD_CPUTIME_ID: the kernel's account that getrusage and schedstat show as well, up to this moment."""
    while True:
        before = time.perf_counter_ns()
        cpu = time.thread_time_ns()
        after = time.perf_counter_ns()
        if after - before < 10_000:  # else it was interrupted in between
            return f"account {threading.get_native_id()} {(before + after) // 2} {cpu}"
