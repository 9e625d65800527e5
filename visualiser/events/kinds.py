"""The vocabulary: every kind of event a diary can hold, and what its fields mean.

One record is 24 bytes (`layout.RECORD`): three unsigned 64-bit words. Field by field:

    word 0   kind u16 | flag u16 | a u32        what happened, to which object
    word 1   site u32 | value u32               which source line, and one number
    word 2   t u64                              time.perf_counter_ns(); never 0; written last, so it commits the record

`a` and `site` are ids of definitions (`Table`) in the same diary; 0 means "none". Plain integers and no enum: a watched
process must not pay for importing `enum`, and a word is built with shifts (`word`).
"""

from __future__ import annotations


class Kind:
    """What happened. Comments: flag; a; site; value."""

    PROCESS_BEGIN = 1  # -; text: name; -; parent's pid
    PROCESS_END = 2  # 1: does not know its exit code; -; -; exit code (two's complement), written by the process itself
    # 2: becomes another program by exec; text: which; caller's line; -
    PROCESS_NAME = 3  # -; text: name; -; -
    CHILD_STARTED = 4  # StartMethod; text: name; site of start(); pid of the child
    CHILD_ENDED = 5  # -; exit code (two's complement, negative: signal); -; pid of the child
    THREAD_BEGIN = 10  # -; text: name; -; native id
    THREAD_END = 11  # 1: by an exception; text: exception type; -; -
    THREAD_NAME = 12  # -; text: name; -; native id of the thread renamed (0: the one that writes this)
    THREAD_STARTED = 13  # -; text: name; site of start(); native id of the new thread (written by the starter)
    THREAD_JOINED = 14  # -; text: name; site of join(); native id of the thread that has ended (written by the joiner)
    WAIT_BEGIN = 20  # Wait; object; caller's line; timeout in microseconds (0: none)
    WAIT_END = 21  # Wait; object; -; 1: got it, 0: timed out
    HOLD = 22  # Wait (LOCK, RLOCK); object; caller's line; -
    RELEASE = 23  # Wait; object; caller's line; -
    NOTIFY = 24  # the Wait it answers; object; caller's line; how many threads it woke
    PUT = 25  # the Wait it answers (QUEUE_GET, SEMAPHORE); object; caller's line; the item's number (0: unknown)
    GET = 26  # the Wait it answers (QUEUE_PUT, SEMAPHORE); object; caller's line; the item's number (0: unknown)
    SUBMIT = 27  # Wait.FUTURE; object: the future, named by its task; line of submit(); -
    SPAN_BEGIN = 30  # Span; text: label; caller's line; bytes (UNPICKLE)
    SPAN_END = 31  # Span; text: label; UNPICKLE: text: type, SHARED_MEMORY: text: name; bytes (2**32 - 1: or more) of
    # PICKLE, UNPICKLE, SHARED_MEMORY, or pid of what LAUNCH started
    MARK = 40  # -; text: label; caller's line; -
    OUTPUT = 41  # Stream; text: what was written; caller's line; its length in characters
    MEMORY = 50  # observer only. -; pid; USS in KiB (0: not measured); RSS in KiB
    EXITED = 51  # observer only. 1: reaped orphan; pid; -; raw wait status of waitpid
    LINE = 60  # 0: is about to run, 1: its function is left after it; -; the line; -
    VALUE = 61  # Scope; text: name; the line that runs next; text: its value in short; with NUMBER: the number itself
    TASK_CREATED = 62  # asyncio. -; text: what runs in it; caller's line; the task's number in this process
    TASK_READY = 63  # its next step is to be run soon. -; -; -; number
    TASK_RUNS = 64  # a step of it begins, in this thread. -; -; -; number
    TASK_RESTS = 65  # the step is over. Rest; text: what is awaited, or the exception's type; where; number
    STOP_RUNG = 52  # observer only. rung: 1 ask, 2 terminate, 3 kill; -; -; processes addressed


class Wait:
    """What a thread waits for in a recorded call (flag of WAIT_*, HOLD, RELEASE, NOTIFY, PUT, GET, SUBMIT)."""

    LOCK = 1
    RLOCK = 2
    THREAD_JOIN = 3
    SLEEP = 4
    PROCESS_JOIN = 5
    POOL_RESULT = 6  # parent: ApplyResult.wait / get, pool.map ...
    POOL_TASK = 7  # worker: waits for the next task
    POOL_JOIN = 8
    CONNECTION_SEND = 50  # multiprocessing's pipes
    CONNECTION_RECV = 51
    CONNECTION_POLL = 52  # poll(timeout), connection.wait()
    MANAGER_CALL = 53  # a proxy waits for its manager's answer
    THREADS_AT_EXIT = 54  # the main thread waits for the others before the interpreter ends
    CONDITION = 20  # Condition.wait: to be notified
    EVENT = 21
    SEMAPHORE = 22
    BARRIER = 23
    QUEUE_GET = 24  # for an item
    QUEUE_PUT = 25  # for room
    QUEUE_JOIN = 26  # for all tasks to be done
    FUTURE = 27  # Future.result, Future.exception
    FUTURES = 28  # concurrent.futures.wait, as_completed
    SELECT = 30  # select, selectors
    SOCKET_RECV = 31
    SOCKET_SEND = 32
    SOCKET_ACCEPT = 33
    SOCKET_CONNECT = 34
    SOCKET_LOOKUP = 35  # getaddrinfo
    READ = 36  # os.read, standard input
    INPUT = 37  # input()
    SUBPROCESS = 40  # subprocess, os.waitpid, os.system


class Span:
    """What a stretch of a thread's life was about (flag of SPAN_*); spans of one thread nest."""

    USER = 1  # probe.span(...)
    TASK = 2  # one task of a Pool worker, labelled by its function
    PROCESS_START = 3  # Process.start() in the parent
    POOL_START = 4
    SEND_RESULT = 5  # a worker hands a result back
    IMPORT_MAIN = 6  # spawn, forkserver: the child imports the main module again
    PICKLE = 20  # multiprocessing pickles; label: type; the end's value: bytes
    UNPICKLE = 21  # multiprocessing unpickles; the value of both ends: bytes
    INITIALIZER = 22  # of a pool's worker, labelled by its function
    AT_EXIT = 23  # what runs between the program's last line and the end: labelled by what
    SHARED_MEMORY = 24  # a block of multiprocessing.shared_memory is made, attached to or unlinked, as labelled
    LAUNCH = 25  # the system is asked to start a program, labelled by its name, until it has begun
    CALL = 40  # a call of a function, as another tool told it (files opened from its traces)


class Scope:
    """Whose name a VALUE is (flag of VALUE)."""

    GLOBAL = 1  # of a module: the process has one
    LOCAL = 2  # of a function: each call has its own
    NUMBER = 16  # added to either: an int of 32 bits (two's complement) instead of a text


class Rest:
    """Why a task's step is over (flag of TASK_RESTS)."""

    AWAITS = 0
    RETURNED = 1
    CANCELLED = 2
    FAILED = 3


class Stream:
    """Where output went (flag of OUTPUT)."""

    STDOUT = 1
    STDERR = 2


class StartMethod:
    """How a child process was born (flag of CHILD_STARTED)."""

    UNKNOWN = 0
    FORK = 1
    SPAWN = 2
    FORKSERVER = 3
    SUBPROCESS = 4  # a program of its own, by `subprocess`


class Table:
    """Tables of definitions, written once per id."""

    TEXT = 1  # the text itself
    SITE = 2  # "line\tfunction\tfile"
    OBJECT = 3  # "type\tsite id\tname": e.g. "Lock\t17\t"; the name is empty unless the program gave one


def word(kind: int, flag: int = 0, a: int = 0) -> int:
    """Word 0 of a record."""
    return kind | flag << 16 | a << 32


def pair(site: int = 0, value: int = 0) -> int:
    """Word 1 of a record; `value` is cut to 32 bits (negative numbers become two's complement)."""
    return site | (value & 0xFFFFFFFF) << 32


# The state of a thread (see trace) while it is inside such a wait.
WAIT_STATES = {
    Wait.LOCK: "lock",
    Wait.RLOCK: "lock",
    Wait.THREAD_JOIN: "lock",
    Wait.SLEEP: "sleep",
    Wait.PROCESS_JOIN: "child",
    Wait.POOL_RESULT: "lock",
    Wait.POOL_TASK: "lock",
    Wait.POOL_JOIN: "child",
    Wait.CONDITION: "lock",
    Wait.EVENT: "lock",
    Wait.SEMAPHORE: "lock",
    Wait.BARRIER: "lock",
    Wait.QUEUE_GET: "lock",
    Wait.QUEUE_PUT: "lock",
    Wait.QUEUE_JOIN: "lock",
    Wait.FUTURE: "lock",
    Wait.FUTURES: "lock",
    Wait.SELECT: "io",
    Wait.SOCKET_RECV: "io",
    Wait.SOCKET_SEND: "io",
    Wait.SOCKET_ACCEPT: "io",
    Wait.SOCKET_CONNECT: "io",
    Wait.SOCKET_LOOKUP: "io",
    Wait.READ: "io",
    Wait.INPUT: "io",
    Wait.SUBPROCESS: "child",
    Wait.CONNECTION_SEND: "io",
    Wait.CONNECTION_RECV: "io",
    Wait.CONNECTION_POLL: "io",
    Wait.MANAGER_CALL: "io",
    Wait.THREADS_AT_EXIT: "lock",
}

WAIT_WORDS = {
    Wait.LOCK: "waits for a Lock",
    Wait.RLOCK: "waits for an RLock",
    Wait.THREAD_JOIN: "joins a thread",
    Wait.SLEEP: "sleeps",
    Wait.PROCESS_JOIN: "joins a process",
    Wait.POOL_RESULT: "waits for a result of the Pool",
    Wait.POOL_TASK: "waits for a task",
    Wait.POOL_JOIN: "joins the Pool's workers",
    Wait.CONDITION: "waits to be notified",
    Wait.EVENT: "waits for an Event",
    Wait.SEMAPHORE: "waits for a Semaphore",
    Wait.BARRIER: "waits at a Barrier",
    Wait.QUEUE_GET: "waits for an item of a Queue",
    Wait.QUEUE_PUT: "waits for room in a Queue",
    Wait.QUEUE_JOIN: "waits until a Queue's tasks are done",
    Wait.FUTURE: "waits for a Future",
    Wait.FUTURES: "waits for Futures",
    Wait.SELECT: "waits for files or sockets to be ready",
    Wait.SOCKET_RECV: "receives from a socket",
    Wait.SOCKET_SEND: "sends to a socket",
    Wait.SOCKET_ACCEPT: "waits for a connection",
    Wait.SOCKET_CONNECT: "connects a socket",
    Wait.SOCKET_LOOKUP: "looks an address up",
    Wait.READ: "reads",
    Wait.INPUT: "waits for input",
    Wait.SUBPROCESS: "waits for a subprocess",
    Wait.CONNECTION_SEND: "sends through a pipe",
    Wait.CONNECTION_RECV: "waits for data from a pipe",
    Wait.CONNECTION_POLL: "waits until a pipe has data",
    Wait.MANAGER_CALL: "waits for a Manager's answer",
    Wait.THREADS_AT_EXIT: "waits for its threads before it ends",
}
