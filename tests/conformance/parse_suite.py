#!/usr/bin/env python3
"""The lexer and parser on rustc 1.63's ui suite, judged by what Rust 1.95 does with the same files.

    parse_suite.py CORPUS_PROGRAM OPTIONS_PROGRAM SUITE EXPECTED [--list] [--passing FILE [--bless]]

CORPUS_PROGRAM is syntax_corpus, OPTIONS_PROGRAM command_lines; SUITE the directory src/test/ui; EXPECTED the table of expectations. Three classes of files:
accepted (no error with stage P is expected: the lexer and the parser must be silent), rejected (all expected errors have stage P:
the same set of lines and codes), mixed (some have: those must be among the lines, and no others). Prints the figures; --list
each file that fails, with what was expected and found. With --passing, a file that the list names and that fails is an error;
--bless writes the list. A command line that is refused is an error without a line, and nothing is read.
"""
import argparse
import os
import re
import shlex
import subprocess
import sys
import tempfile

HEADER = re.compile(r"^//\s*(?:\[([\w,-]+)\])?\s*(edition|compile-flags):[ \t]*(.*?)[ \t\r]*$", re.M)
FLAG_EDITION = re.compile(r"--edition[= ](\d{4})")


def command_line_of(text, revision):
    """The edition and the other options that a test's header asks for."""
    edition, flags = "2015", []
    for only, key, value in HEADER.findall(text):
        if only and revision not in only.split(","):
            continue
        if key == "edition":
            edition = value
        else:
            flags.append(value)
    line = " ".join(flags)
    asked = FLAG_EDITION.search(line)
    if asked:
        edition = asked.group(1)
    else:
        line += f" --edition={edition}"
    if revision:
        line += f" --cfg {revision.replace('-', '_')}"
    try:
        words = shlex.split(line)
    except ValueError:
        words = line.split()
    return edition, "\t".join(words)


def read_expectations(path):
    """name -> (set of LINE:CODE with stage P, how many have others, whether it fails without saying where)."""
    expected = {}
    with open(path, encoding="utf-8") as table:
        for row in table:
            name, mode, _aux, errors = row.rstrip("\n").split("\t")
            parsed, others = set(), 0
            for error in errors.split(" ") if errors else []:
                line, code, stage = error.rsplit(":", 2)
                if stage == "P":
                    parsed.add(f"{line}:{code}")
                else:
                    others += 1
            expected[name] = (parsed, others, mode.endswith("-fail") and not errors)
    return expected


def run_program(arguments, **options):
    """The lines that it prints."""
    output = subprocess.run(arguments, capture_output=True, text=True, errors="replace", **options)
    if output.returncode not in (0, 1):
        sys.exit(f"{arguments[0]} ended with {output.returncode}\n{output.stderr[-2000:]}")
    return output.stdout.splitlines()


def refused_lines(program, lines):
    """Whether each of the command lines is refused."""
    answers = run_program([program], input="".join(f"{line}\n" for line in lines))
    return [answer.startswith("refused") for answer in answers]


def run_corpus(programs, suite, names):
    """name -> set of LINE:CODE that the options, the lexer and the parser report."""
    order, lines = [], []
    for name in names:
        path, _, revision = name.partition("#")
        full = os.path.join(suite, path)
        try:
            with open(full, encoding="utf-8", errors="replace") as file:
                edition, line = command_line_of(file.read(), revision)
        except OSError:
            continue
        order.append((name, full, edition))
        lines.append(line)
    with tempfile.NamedTemporaryFile("w", suffix=".list") as listing:
        listing.writelines(f"{edition} {full}\n" for _, full, edition in order)
        listing.flush()
        output = run_program([programs[0], "--errors-of", listing.name])
    found = {}
    for (name, full, _), line, refused in zip(order, output, refused_lines(programs[1], lines), strict=True):
        found[name] = {"-:-"} if refused else set(line[len(full):].split())
    return found


def judge(parsed, others, is_vague, errors):
    """The class of a file, and whether it is as it should be."""
    if not parsed:
        return "accepted", not errors or (is_vague and errors == {"-:-"})
    if not others:
        return "rejected", errors == parsed
    return "mixed", errors == parsed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus")
    parser.add_argument("options")
    parser.add_argument("suite")
    parser.add_argument("expected")
    parser.add_argument("--list", action="store_true", help="print each file that fails")
    parser.add_argument("--passing", help="a list of files that must pass")
    parser.add_argument("--bless", action="store_true", help="write that list")
    options = parser.parse_args()
    expected = read_expectations(options.expected)
    found = run_corpus((options.corpus, options.options), options.suite, sorted(expected))
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
    if options.bless:
        with open(options.passing, "w", encoding="utf-8") as listing:
            listing.writelines(f"{name}\n" for name in sorted(passed))
        return 0
    with open(options.passing, encoding="utf-8") as listing:
        lost = [name for name in listing.read().split("\n") if name and name not in passed]
    for name in lost:
        print(f"no longer passes: {name}")
    return 1 if lost else 0


sys.exit(main())
