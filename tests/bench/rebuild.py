#!/usr/bin/env python3
"""Measures building and rebuilding generated crates, next to cargo where it is installed.

usage: rebuild.py [--sizes 1000,10000,100000] [--runs 5] [--bin DIRECTORY] [--no-cargo] [--json FILE] [--keep]

Both compilers get the same text (tests/bench/generate.py), the same edits and a pause before each command, as a person leaves one. An edit puts a
number into the edited function that was never there before. Times are wall clock from starting the command to its end; medians, with the least
and the greatest in brackets. Nothing here passes or fails.
"""
import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
PAUSE_SECONDS = 0.6  # longer than a daemon waits before it does its idle work
STORE_SECONDS = 3
BARS = {
    "no-op": 5,
    "no-op, cold daemon": 40,
    "edit of one body, build": {1000: 20, 10000: 40, 100000: 100},
    "verify steps": 300,
}


class Session:
    """Directories of its own for daemon, store and logs; an environment that leads there."""

    def __init__(self, directory, bin_directory):
        self.directory = directory
        self.rscc = os.path.join(bin_directory, "rscc")
        self.store = os.path.join(directory, "cache", "rscc")
        self.environment = {key: value for key, value in os.environ.items() if not key.startswith(("RSCC_", "CARGO_")) and key != "CI"}
        for variable, name in (("XDG_RUNTIME_DIR", "run"), ("XDG_STATE_HOME", "state"), ("XDG_CACHE_HOME", "cache")):
            path = os.path.join(directory, name)
            os.makedirs(path, mode=0o700, exist_ok=True)
            self.environment[variable] = path
        self.out_path = os.path.join(directory, "out")

    def run(self, arguments, cwd, expect=0):
        """Wall time in ms, and what was said. Output goes to a file: nobody reads while the clock runs."""
        actions = [
            (os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, self.out_path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644),
            (os.POSIX_SPAWN_DUP2, 1, 2),
        ]
        os.chdir(cwd)
        start = time.perf_counter_ns()
        pid = os.posix_spawn(arguments[0], arguments, self.environment, file_actions=actions)
        _, status = os.waitpid(pid, 0)
        elapsed = (time.perf_counter_ns() - start) / 1e6
        with open(self.out_path, encoding="utf-8", errors="replace") as file:
            text = file.read()
        if os.waitstatus_to_exitcode(status) != expect:
            sys.exit(f"`{' '.join(arguments)}` in {cwd} ended with {os.waitstatus_to_exitcode(status)}:\n{text[:4000]}")
        return elapsed, text


class Compiler:
    """What rscc and cargo have in common. A package is at `package`; the function to edit is in `edited`."""

    def __init__(self, session, package, edited):
        self.session, self.package, self.edited = session, package, edited
        with open(edited, encoding="utf-8") as file:
            self.original = file.read()
        self.number = 1000003
        self.blank_lines = 0

    def write_edited(self):
        with open(self.edited, "w", encoding="utf-8") as file:
            file.write("\n" * self.blank_lines + self.original.replace("1000003", str(self.number)))

    def edit(self):
        self.number += 1
        self.write_edited()

    def blank_line(self):
        self.blank_lines += 1
        self.write_edited()

    def measure(self, runs, command, prepare=None, pause=PAUSE_SECONDS):
        times = []
        for _ in range(runs):
            if prepare:
                prepare()
            time.sleep(pause)
            times.append(self.session.run(command, self.package)[0])
        return times


class Rscc(Compiler):
    def command(self, *words):
        return [self.session.rscc, *words]

    def stop(self):
        self.session.run(self.command("daemon", "stop"), self.package)

    def forget(self):
        self.stop()
        shutil.rmtree(self.session.store, ignore_errors=True)
        shutil.rmtree(os.path.join(self.package, "target"), ignore_errors=True)

    def all(self, runs):
        results = {"cold build": self.measure(runs, self.command("build"), self.forget)}
        # What a cold build made is written to the store behind its answer; with few processors a command beside that
        # measures the writing.
        results["no-op beside the store's writing"] = self.measure(1, self.command("build"), pause=0)
        time.sleep(STORE_SECONDS)
        results["no-op"] = self.measure(max(runs, 15), self.command("build"), pause=0.1)
        results["no-op, cold daemon"] = self.measure(runs, self.command("build"), self.stop)
        self.measure(1, self.command("build"), self.edit)  # the daemon has just been started: it reads the store
        results["edit of one body, build"] = self.measure(max(runs, 9), self.command("build"), self.edit)
        self.measure(1, self.command("check"), self.edit)
        results["edit of one body, check"] = self.measure(max(runs, 9), self.command("check"), self.edit)
        self.measure(1, self.command("build"), self.edit)
        results["blank line at the top, build"] = self.measure(max(runs, 9), self.command("build"), self.blank_line)
        results["restart and edit, build"] = self.measure(runs, self.command("build"), lambda: (self.stop(), self.edit()))
        return results

    def details(self):
        """Of one more edit: counters of the query engine, and what the processes and the store hold."""
        self.measure(1, self.command("build"), self.edit)
        steps, kinds = [], {}
        for _ in range(5):
            self.edit()
            time.sleep(PAUSE_SECONDS)
            _, text = self.session.run(self.command("build", "--stats"), self.package)
            # Of several tables (checking, linking) the rows add up.
            steps.append(sum(int(n) for n in re.findall(r"^verify steps: (\d+)", text, re.M)))
            for name, row in re.findall(r"^(\w+)((?: +\d+){8})$", text, re.M):
                values = [int(v) for v in row.split()]
                entry = kinds.setdefault(name, {"executed": [], "us": []})
                entry["executed"].append(values[0])
                entry["us"].append(values[7])
        return {"verify steps": statistics.median(steps), "kinds": kinds, **self.sizes()}

    def sizes(self):
        time.sleep(PAUSE_SECONDS)
        _, text = self.session.run(self.command("daemon", "status", "--json"), self.package)
        status = json.loads(text)
        engine = status["engines"][0]
        pids = {"supervisor": status["pid"], "engine": engine["pid"], "link helper": engine["link_helper_pid"]}
        memory = {name: proportional_bytes(pid) for name, pid in pids.items()}
        return {"memory": memory, "store": directory_bytes(self.session.store)}


class Cargo(Compiler):
    def forget(self):
        shutil.rmtree(os.path.join(self.package, "target"), ignore_errors=True)

    def command(self, *words):
        return [shutil.which("cargo"), *words, "--offline"]

    def all(self, runs):
        results = {"cold build": self.measure(runs, self.command("build"), self.forget)}
        results["no-op"] = self.measure(max(runs, 15), self.command("build"), pause=0.1)
        results["edit of one body, build"] = self.measure(runs, self.command("build"), self.edit)
        self.measure(1, self.command("check"), self.edit)
        results["edit of one body, check"] = self.measure(runs, self.command("check"), self.edit)
        self.measure(1, self.command("build"), self.edit)
        results["blank line at the top, build"] = self.measure(runs, self.command("build"), self.blank_line)
        return results


def proportional_bytes(pid):
    try:
        with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
            return int(re.search(r"^Pss: +(\d+)", file.read(), re.M).group(1)) << 10
    except (OSError, AttributeError):
        return 0


def directory_bytes(path):
    return sum(os.path.getsize(os.path.join(base, name)) for base, _, names in os.walk(path) for name in names)


def generate(size, directory, mode):
    made = subprocess.run([sys.executable, os.path.join(HERE, "generate.py"), str(size), directory, mode], check=True, capture_output=True, text=True)
    lines, edited = made.stdout.split(maxsplit=1)
    return int(lines), edited.strip()


def program_output(session, path):
    return session.run([path], os.path.dirname(path))[1]


def show_times(size, rscc, cargo):
    print(f"{'':32} {'rscc, ms':>24} {'cargo, ms':>28} {'ratio':>7}   bar")
    for name, times in rscc.items():
        bar = BARS.get(name, "")
        bar = bar.get(size, "") if isinstance(bar, dict) else bar
        ours = f"{statistics.median(times):9.1f} [{min(times):.1f}-{max(times):.1f}]"
        theirs, ratio = "", ""
        if name in cargo:
            theirs = f"{statistics.median(cargo[name]):9.1f} [{min(cargo[name]):.1f}-{max(cargo[name]):.1f}]"
            ratio = f"{statistics.median(cargo[name]) / statistics.median(times):6.1f}x"
        print(f"{name:32} {ours:>24} {theirs:>28} {ratio:>7}   {bar}")


def show_details(details):
    print(f"verify steps of an edit: {details['verify steps']:.0f} (bar {BARS['verify steps']})")
    memory = details["memory"]
    print("memory, PSS: " + ", ".join(f"{name} {size / 2**20:.1f} MiB" for name, size in memory.items())
          + f"; together {sum(memory.values()) / 2**20:.1f} MiB")
    print(f"store: {details['store'] / 2**20:.1f} MiB")
    rows = [(statistics.median(entry["us"]), statistics.median(entry["executed"]), name) for name, entry in details["kinds"].items()]
    print("an edit executes (median of 5 edits; time in providers): "
          + ", ".join(f"{name} {executed:.0f}x {us / 1000:.2f} ms" for us, executed, name in sorted(rows, reverse=True)[:12] if executed))
    for kind, what in (("group_object", "-r of the group objects"), ("binary", "final link")):
        entry = details["kinds"].get(kind)
        if entry:
            print(f"{what} ({kind}): {statistics.median(entry['us']) / 1000:.2f} ms, {statistics.median(entry['executed']):.0f} executions")


def measure_size(size, options, directory):
    base = os.path.join(directory, str(size))
    session = Session(os.path.join(directory, f"session-{size}"), options.bin)
    lines, edited = generate(size, os.path.join(base, "rscc", "app"), "rscc")
    shutil.copytree(os.path.join(ROOT, "tests", "fixtures", "minicore"), os.path.join(base, "rscc", "minicore"))
    package = os.path.join(base, "rscc", "app")
    rscc = Rscc(session, package, edited)
    print(f"\n== {lines} lines")
    record = {"size": size, "lines": lines}
    try:
        record["rscc"] = rscc.all(options.runs)
        record["details"] = rscc.details()
    finally:
        rscc.stop()
    cargo_times = {}
    if options.cargo:
        _, edited = generate(size, os.path.join(base, "cargo", "app"), "cargo")
        cargo = Cargo(session, os.path.join(base, "cargo", "app"), edited)
        cargo_times = record["cargo"] = cargo.all(options.runs)
        # The last state of both: the same text must give the same number.
        rscc.number, rscc.blank_lines = cargo.number, 0
        rscc.write_edited()
        session.run(rscc.command("build", "--no-daemon"), package)
        ours = program_output(session, os.path.join(package, "target", "rscc", "debug", "generated"))
        theirs = program_output(session, os.path.join(base, "cargo", "app", "target", "debug", "generated"))
        print("the programs print the same" if ours == theirs else f"THE PROGRAMS DIFFER: {ours!r} and {theirs!r}")
    show_times(size, record["rscc"], cargo_times)
    show_details(record["details"])
    return record


def version_of(command):
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip().split("\n")[0]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="1000,10000,100000")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--bin", default=os.path.join(ROOT, "build", "release", "bin"))
    parser.add_argument("--no-cargo", dest="cargo", action="store_false")
    parser.add_argument("--json")
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    options.bin = os.path.abspath(options.bin)
    options.json = os.path.abspath(options.json) if options.json else None
    options.cargo = options.cargo and shutil.which("cargo") is not None
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        model = re.search(r"^model name\s*: (.*)$", file.read(), re.M)
    print(f"{os.cpu_count()} x {model.group(1) if model else 'unknown processor'}, load {os.getloadavg()[0]:.1f}")
    print(version_of([os.path.join(options.bin, "rscc"), "--version"]))
    print(f"{version_of(['cargo', '--version'])}; {version_of(['rustc', '--version'])}" if options.cargo else "cargo is not compared")
    print("medians of at least 5 runs [least-greatest]; dev profile")
    directory = tempfile.mkdtemp(prefix="rscc-bench-")
    records = []
    try:
        for size in options.sizes.split(","):
            records.append(measure_size(int(size), options, directory))
    finally:
        os.chdir("/")
        if options.keep:
            print(f"kept in {directory}")
        else:
            shutil.rmtree(directory, ignore_errors=True)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(records, file, indent=1)


if __name__ == "__main__":
    main()
