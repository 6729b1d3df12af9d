#!/usr/bin/env python3
"""The lexer and parser on rustc 1.63's ui suite, judged by what Rust 1.95 does with the same files.

    parse_suite.py CORPUS_PROGRAM SUITE EXPECTED [--list] [--passing FILE]

CORPUS_PROGRAM is syntax_corpus; SUITE the directory src/test/ui; EXPECTED the table of expectations. Three classes of files:
accepted (no error with stage P is expected: the lexer and the parser must be silent), rejected (all expected errors have stage P:
the same set of lines and codes), mixed (some have: those must be among the lines, and no others). Prints the figures; --list
each file that fails, with what was expected and found. With --passing, a file that the list names and that fails is an error.
"""
import argparse
import os
import re
import subprocess
import sys
import tempfile

EDITION = re.compile(rb"^//\s*(?:\[([\w,]+)\])?\s*edition:\s*(\d{4})", re.M)
FLAG_EDITION = re.compile(rb"^//\s*(?:\[([\w,]+)\])?\s*compile-flags:.*--edition[= ](\d{4})", re.M)


def edition_of(text, revision):
    """The edition that a test's header asks for; 2015 without one."""
    for pattern in (EDITION, FLAG_EDITION):
        for only, edition in pattern.findall(text):
            if not only or revision.encode() in only.split(b","):
                return edition.decode()
    return "2015"


def read_expectations(path):
    """name -> (all have stage P, set of (line, code) with stage P, has others)."""
    expected = {}
    with open(path, encoding="utf-8") as table:
        for row in table:
            name, _mode, _aux, errors = row.rstrip("\n").split("\t")
            parsed, others = set(), 0
            for error in errors.split(" ") if errors else []:
                line, code, stage = error.rsplit(":", 2)
                if stage == "P":
                    parsed.add(f"{line}:{code}")
                else:
                    others += 1
            expected[name] = (parsed, others)
    return expected


def run_corpus(program, suite, names):
    """name -> set of LINE:CODE that the lexer and the parser report."""
    with tempfile.NamedTemporaryFile("w", suffix=".list") as listing:
        order = []
        for name in names:
            path, _, revision = name.partition("#")
            full = os.path.join(suite, path)
            try:
                with open(full, "rb") as file:
                    text = file.read()
            except OSError:
                continue
            listing.write(f"{edition_of(text, revision)} {full}\n")
            order.append((name, full))
        listing.flush()
        output = subprocess.run([program, "--errors-of", listing.name], capture_output=True, text=True, errors="replace")
    if output.returncode not in (0, 1):
        sys.exit(f"{program} ended with {output.returncode}\n{output.stderr[-2000:]}")
    found = {}
    for (name, full), line in zip(order, output.stdout.splitlines(), strict=True):
        found[name] = set(line[len(full):].split())
    return found


def judge(parsed, others, errors):
    """The class of a file, and whether it is as it should be."""
    if not parsed:
        return "accepted", not errors
    if not others:
        return "rejected", errors == parsed
    return "mixed", errors == parsed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("suite")
    parser.add_argument("expected")
    parser.add_argument("--list", action="store_true", help="print each file that fails")
    parser.add_argument("--passing", help="a list of files that must pass")
    options = parser.parse_args()
    expected = read_expectations(options.expected)
    found = run_corpus(options.program, options.suite, sorted(expected))
    counts, passed = {}, set()
    for name, errors in found.items():
        kind, good = judge(*expected[name], errors)
        all_files, good_files = counts.get(kind, (0, 0))
        counts[kind] = all_files + 1, good_files + good
        if good:
            passed.add(name)
        elif options.list:
            print(f"{kind}\t{name}\texpected {' '.join(sorted(expected[name][0]))}\tfound {' '.join(sorted(errors))}")
    for kind, (all_files, good_files) in sorted(counts.items()):
        print(f"{kind}: {good_files} of {all_files} ({100 * good_files / all_files:.2f} %)")
    if not options.passing:
        return 0
    with open(options.passing, encoding="utf-8") as listing:
        lost = [name for name in listing.read().split("\n") if name and name not in passed]
    for name in lost:
        print(f"no longer passes: {name}")
    return 1 if lost else 0


sys.exit(main())
