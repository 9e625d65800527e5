"""Ten thousand damaged files of every format that can be opened: each must open, or be refused in a sentence.

    python benchmarks/hostile.py [--mutations 10000] [--seed 1] [--also FILE ...] [--keep FOLDER]

Valid files are made first: a run saved as .ilv, the same as Chrome trace JSON, calls as VizTracer, py-spy and Ray write
them, a profile of Firefox Profiler's format, and gzip of these; `--also` adds files of yours. Then bytes, numbers and
pieces of them are changed, cut out, doubled and put elsewhere, and `files.load` opens what results. Nothing but BadFile
may be raised, nothing may take longer than 5 s, and memory may not grow by more than 1 GiB: else the file is kept.
"""

from __future__ import annotations

import argparse
import collections
import faulthandler
import gzip
import random
import re
import resource
import sys
import tempfile
import time
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.call_trace import write_calls
from tests.unit.files.foreign_samples import profile_text, py_spy_text, ray_text, viz_tracer_text
from tests.unit.files.test_native import rich_run
from visualiser.files import BadFile, load, save_ilv, write_chrome
from visualiser.trace import TraceStore

SECONDS, GROWTH = 5.0, 1 << 30
HANGS = 60
"""Seconds after which the whole run is ended, with the place where it hangs."""
NUMBERS = (b"0", b"-1", b"1e308", b"-1e400", b"9223372036854775807", b"99999999999999999999999", b"null", b'"x"', b"[]",
           b"{}", b"true", b"NaN", b"0.1", b"1e15")  # fmt: skip
WORDS = (b"{", b"}", b"[", b"]", b'"', b",", b":", b"\\", b"\x00", b"\xff", b'"ph"', b'"X"', b'"B"', b'"E"', b'"b"',
         b'"M"', b'"C"', b"},{", b'{"ph":"X"},', b'"\\ud800"', b'"traceEvents":[', b"\xef\xbb\xbf")  # fmt: skip


def main() -> int:
    """Make, damage, open; 1 when anything but a sentence came of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mutations", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--also", type=Path, nargs="*", default=[])
    parser.add_argument("--keep", type=Path, default=Path("hostile"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        valid = {**seeds(Path(folder)), **{path.name: path.read_bytes() for path in options.also}}
        return damage(valid, options.mutations, options.seed, Path(folder), options.keep)


def seeds(folder: Path) -> dict[str, bytes]:
    """Valid files, small, one of every format."""
    store = rich_run().store(end=10)
    save_ilv(store, folder / "run.ilv")
    write_chrome(store, folder / "chrome.json")
    write_calls(200, folder / "viztracer.json")
    found = {name: (folder / name).read_bytes() for name in ("run.ilv", "chrome.json", "viztracer.json")}
    markers = [("On CPU", 0.0, 3.0), ("Has GIL", 0.5, 2.0), ("Waiting for GIL", 2.0, 2.5)]
    texts = {"source.json": viz_tracer_text(), "py-spy.json": py_spy_text(), "ray.json": ray_text()}
    texts["profile.json"] = profile_text(markers=markers)
    found |= {name: text.encode() for name, text in texts.items()}
    packed = {f"{name}.gz": gzip.compress(data) for name, data in found.items() if name.endswith(".json")}
    return found | packed


def damage(valid: dict[str, bytes], mutations: int, seed: int, folder: Path, keep: Path) -> int:
    """Open damaged copies; how many failed."""
    chance = random.Random(seed)
    said: collections.Counter[str] = collections.Counter()
    failed, slowest = 0, 0.0
    before = _memory()
    names = sorted(valid)
    for number in range(mutations):
        name = names[number % len(names)]
        content = valid[name] if number < len(names) else damaged(chance, valid[name])
        path = folder / f"hostile-{name}"
        path.write_bytes(content)
        faulthandler.dump_traceback_later(HANGS, exit=True)
        began = time.perf_counter()
        what = opened(path)
        took = time.perf_counter() - began
        faulthandler.cancel_dump_traceback_later()
        slowest = max(slowest, took)
        said[what.partition("\n")[0]] += 1
        if what.startswith("ERROR") or took > SECONDS or (number < len(names) and what != "opened"):
            failed += 1
            keep.mkdir(parents=True, exist_ok=True)
            (keep / f"{number}-{name}").write_bytes(content)
            print(f"{keep / f'{number}-{name}'}: {took:.1f} s, {what}")
    grown = _memory() - before
    for what, count in said.most_common():
        print(f"{count:7}  {what}")
    print(f"{mutations} files, {failed} failed; the slowest took {slowest:.2f} s; memory grew by {grown >> 20} MiB")
    return int(failed > 0 or grown > GROWTH)


def opened(path: Path) -> str:
    """What came of it: "opened", or the sentence without the file's name, or an ERROR with its traceback."""
    try:
        store = load(path)
        ask(store)
    except BadFile as error:
        text = str(error)
        is_sentence = re.fullmatch(r"[^\n]+\.", text) is not None and str(path) in text
        return text.replace(str(path), "...") if is_sentence else f"ERROR: no sentence: {text}"
    except Exception:
        return f"ERROR\n{traceback.format_exc()}"
    return "opened"


def ask(store: TraceStore) -> None:
    """What a window asks first."""
    for thread in store.threads:
        for table in (store.states(thread.index), store.spans(thread.index), store.holds(thread.index)):
            assert (table.end >= table.start).all()
    assert store.end_ns >= store.start_ns
    assert isinstance(store.problems, tuple)


def damaged(chance: random.Random, content: bytes) -> bytes:
    """One to four changes; a packed file is now and then changed inside."""
    if content.startswith(b"\x1f\x8b") and chance.random() < 0.5:
        return gzip.compress(damaged(chance, gzip.decompress(content)), 1)
    for _ in range(chance.choice((1, 1, 2, 4))):
        content = chance.choice(CHANGES)(chance, content)
    return content


def _flip(chance: random.Random, content: bytes) -> bytes:
    at = chance.randrange(len(content) or 1)
    return content[:at] + bytes([chance.randrange(256)]) + content[at + 1 :]


def _cut(chance: random.Random, content: bytes) -> bytes:
    return content[: chance.randrange(len(content) + 1)]


def _leave_out(chance: random.Random, content: bytes) -> bytes:
    at = chance.randrange(len(content) + 1)
    return content[:at] + content[at + chance.randrange(1, 200) :]


def _repeat(chance: random.Random, content: bytes) -> bytes:
    at = chance.randrange(len(content) + 1)
    return content[:at] + content[at : at + chance.randrange(1, 300)] * chance.choice((2, 3, 1000)) + content[at:]


def _number(chance: random.Random, content: bytes) -> bytes:
    found = list(re.finditer(rb"-?\d+(\.\d+)?", content))
    if not found:
        return content
    one = chance.choice(found)
    return content[: one.start()] + chance.choice(NUMBERS) + content[one.end() :]


def _word(chance: random.Random, content: bytes) -> bytes:
    at = chance.randrange(len(content) + 1)
    return content[:at] + chance.choice(WORDS) * chance.choice((1, 1, 1, 5000)) + content[at:]


def _swap(chance: random.Random, content: bytes) -> bytes:
    a, b, c = sorted(chance.randrange(len(content) + 1) for _ in range(3))
    return content[:a] + content[b:c] + content[a:b] + content[c:]


CHANGES = (_flip, _flip, _cut, _leave_out, _repeat, _number, _number, _number, _word, _word, _swap)


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    sys.exit(main())
