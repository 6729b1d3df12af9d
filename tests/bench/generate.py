#!/usr/bin/env python3
"""Generates a crate of a given size in the language that rscc compiles today.

usage: generate.py LINES DIRECTORY {rscc|cargo} [SEED]

Modules are three deep, files have 300 to 800 lines; per 1,000 lines there are at least 70 functions, 10 generic ones
with two or more instances, and 8 trait impls. The text for cargo is the same but for the first lines of main.rs, which
name the core library. The program prints one number, the same for both. The function to edit is `edited` in the
middle file (its path is printed); its literal is `1000003`.
"""
import os
import random
import sys

LINES_PER_FILE = 520

RSCC_HEAD = "#![feature(no_core)]\n#![no_core]\nextern crate minicore;\nuse minicore::*;\n"
CARGO_HEAD = "#![allow(dead_code, unused)]\n\n\n\n"


class Module:
    """One leaf file: a list of lines and the calls that its `run` makes."""

    def __init__(self, rng, index):
        self.rng = rng
        self.index = index
        self.lines = []
        self.calls = []
        self.counter = 0

    def name(self, stem):
        self.counter += 1
        return f"{stem}_{self.index}_{self.counter}"

    def add(self, text):
        self.lines.extend(text.strip("\n").split("\n"))
        self.lines.append("")

    def arithmetic(self):
        f, r = self.name("mix"), self.rng
        self.add(f"""
fn {f}(a: i64, b: i64) -> i64 {{
    let mut x = (a ^ {r.randrange(1, 9999)}) & 0xFFFF;
    let y = (b & 0xFFF) + {r.randrange(1, 99)};
    if x > y {{
        x = x - y;
    }} else {{
        x = x + y * {r.randrange(2, 9)};
    }}
    (x << {r.randrange(1, 5)}) ^ (y >> {r.randrange(1, 4)})
}}""")
        self.calls.append(f"{f}(acc, seed)")

    def loop(self):
        f, r = self.name("sum"), self.rng
        self.add(f"""
fn {f}(limit: i64) -> i64 {{
    let mut i = 0;
    let mut total = {r.randrange(1, 50)};
    while i < (limit & 15) {{
        if i % {r.randrange(2, 5)} == 0 {{
            total = total + i * {r.randrange(2, 9)};
        }} else {{
            total = total ^ (i + {r.randrange(1, 99)});
        }}
        i += 1;
    }}
    total
}}""")
        self.calls.append(f"{f}(acc)")

    def table(self):
        c, f, r = self.name("TABLE").upper(), self.name("lookup"), self.rng
        values = ", ".join(str(r.randrange(1, 999)) for _ in range(8))
        self.add(f"const {c}: [i64; 8] = [{values}];")
        self.add(f"""
fn {f}(at: i64) -> i64 {{
    let table = {c};
    let mut best = table[0];
    let mut i: usize = 1;
    while i < 8 {{
        if table[i] > best {{
            best = table[i];
        }}
        i += 1;
    }}
    best + table[(at & 7) as usize]
}}""")
        self.calls.append(f"{f}(acc)")

    def shape(self):
        t, f, r = self.name("Shape").replace("_", ""), self.name("area"), self.rng
        self.add(f"""
enum {t} {{
    Empty,
    Square(i64),
    Rect {{ w: i64, h: i64 }},
}}""")
        self.add(f"""
fn {f}(kind: i64) -> i64 {{
    let shape = if kind & 3 == 0 {{
        {t}::Empty
    }} else if kind & 1 == 1 {{
        {t}::Square(kind & 31)
    }} else {{
        {t}::Rect {{ w: kind & 15, h: {r.randrange(2, 20)} }}
    }};
    match shape {{
        {t}::Empty => {r.randrange(1, 9)},
        {t}::Square(side) => side * side,
        {t}::Rect {{ w, h }} => w * h,
    }}
}}""")
        self.calls.append(f"{f}(acc)")

    def traits(self):
        trait, a, b, r = self.name("Step").replace("_", ""), self.name("Fast").replace("_", ""), self.name("Slow").replace("_", ""), self.rng
        f, g, twice = self.name("drive"), self.name("drive_both"), self.name("pick")
        self.add(f"""
trait {trait} {{
    fn step(&self, at: i64) -> i64;
    fn twice(&self, at: i64) -> i64 {{
        self.step(self.step(at) & 0xFFFF)
    }}
}}""")
        for name, op in ((a, f"self.rate + (at & 0xFF) * {r.randrange(2, 9)}"), (b, f"(at ^ self.rate) - {r.randrange(2, 90)}")):
            self.add(f"struct {name} {{\n    rate: i64,\n}}")
            self.add(f"impl {trait} for {name} {{\n    fn step(&self, at: i64) -> i64 {{\n        {op}\n    }}\n}}")
        self.add(f"fn {f}<T: {trait}>(thing: &T, at: i64) -> i64 {{\n    thing.twice(at) & 0xFFFFF\n}}")
        self.add(f"fn {twice}<T>(first: bool, x: T, y: T) -> T {{\n    if first {{ x }} else {{ y }}\n}}")
        self.add(f"""
fn {g}(at: i64) -> i64 {{
    let fast = {a} {{ rate: {r.randrange(1, 99)} }};
    let slow = {b} {{ rate: {r.randrange(1, 99)} }};
    let small = {twice}(at & 1 == 0, 3u8, 5u8);
    {f}(&fast, at) + {f}(&slow, at) + {twice}(at > 9, at, 7) + small as i64
}}""")
        self.calls.append(f"{g}(acc)")

    def methods(self):
        t, f, r = self.name("Counter").replace("_", ""), self.name("count"), self.rng
        self.add(f"struct {t} {{\n    at: i64,\n    by: i64,\n}}")
        self.add(f"""
impl {t} {{
    fn new(at: i64) -> {t} {{
        {t} {{ at: at, by: {r.randrange(1, 9)} }}
    }}

    fn next(&mut self) -> i64 {{
        self.at = (self.at + self.by) & 0xFFFF;
        self.at
    }}

    fn scaled(&self, k: i64) -> i64 {{
        self.at * k
    }}
}}""")
        self.add(f"""
fn {f}(at: i64) -> i64 {{
    let mut c = {t}::new(at & 0xFF);
    let first = c.next();
    let second = c.next();
    first + second + c.scaled({r.randrange(2, 9)})
}}""")
        self.calls.append(f"{f}(acc)")

    def tuples(self):
        f, g, r = self.name("split"), self.name("join"), self.rng
        self.add(f"fn {f}(x: i64) -> (i64, i64) {{\n    (x & 0xFFF, (x >> 12) & {r.randrange(100, 999)})\n}}")
        self.add(f"fn {g}(x: i64) -> i64 {{\n    let (low, high) = {f}(x);\n    let pair = (high, low);\n    pair.0 * {r.randrange(2, 9)} + pair.1\n}}")
        self.calls.append(f"{g}(acc)")

    def fill(self, target):
        kinds = [self.arithmetic, self.traits, self.loop, self.table, self.shape, self.methods, self.tuples, self.traits]
        at = 0
        while len(self.lines) + len(self.calls) + 12 < target:
            kinds[at % len(kinds)]()
            at += 1

    def text(self, head, edited):
        out = [head] if head else []
        if edited:
            out.append("fn edited(x: i64) -> i64 {\n    (x ^ 1000003) & 0xFFFFFF\n}\n")
            self.calls.append("edited(acc)")
        out.extend(self.lines)
        out.append("pub fn run(seed: i64) -> i64 {\n    let mut acc = seed & 0xFFFF;")
        for call in self.calls:
            out.append(f"    acc = (acc + {call}) & 0xFFFFFF;")
        out.append("    acc\n}")
        return "\n".join(out) + "\n"


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return text.count("\n")


def generate(lines, directory, mode, seed):
    rng = random.Random(seed)
    files = max(1, round(lines / LINES_PER_FILE))
    per_file = max(60, lines // files)
    per_group = 8
    middle = files // 2
    total, edited_path = 0, ""
    groups = (files + per_group - 1) // per_group
    tops = (groups + per_group - 1) // per_group
    src = os.path.join(directory, "src")
    for index in range(files):
        group, leaf = index // per_group, index % per_group
        path = os.path.join(src, f"top{group // per_group}", f"group{group % per_group}", f"leaf{leaf}.rs")
        module = Module(rng, index)
        module.fill(per_file)
        total += write(path, module.text("", index == middle))
        if index == middle:
            edited_path = path
    for group in range(groups):
        leaves = min(per_group, files - group * per_group)
        text = "".join(f"pub mod leaf{i};\n" for i in range(leaves))
        text += "\npub fn run(seed: i64) -> i64 {\n    let mut acc = seed;\n"
        text += "".join(f"    acc = (acc + leaf{i}::run(acc)) & 0xFFFFFF;\n" for i in range(leaves)) + "    acc\n}\n"
        total += write(os.path.join(src, f"top{group // per_group}", f"group{group % per_group}", "mod.rs"), text)
    for top in range(tops):
        count = min(per_group, groups - top * per_group)
        text = "".join(f"pub mod group{i};\n" for i in range(count))
        text += "\npub fn run(seed: i64) -> i64 {\n    let mut acc = seed;\n"
        text += "".join(f"    acc = (acc + group{i}::run(acc)) & 0xFFFFFF;\n" for i in range(count)) + "    acc\n}\n"
        total += write(os.path.join(src, f"top{top}", "mod.rs"), text)
    head = RSCC_HEAD if mode == "rscc" else CARGO_HEAD
    text = head + "".join(f"mod top{i};\n" for i in range(tops))
    text += '\nextern "C" {\n    fn printf(format: *const u8, ...) -> i32;\n}\n'
    text += "\nfn main() {\n    let mut acc = 1;\n"
    text += "".join(f"    acc = (acc + top{i}::run(acc)) & 0xFFFFFF;\n" for i in range(tops))
    text += '    unsafe {\n        printf("%lld\\n\\0" as *const str as *const u8, acc);\n    }\n}\n'
    total += write(os.path.join(src, "main.rs"), text)
    manifest = '[package]\nname = "generated"\nversion = "0.1.0"\nedition = "2021"\n'
    if mode == "rscc":
        manifest += '\n[dependencies]\nminicore = { path = "../minicore" }\n'
    write(os.path.join(directory, "Cargo.toml"), manifest)
    return total, edited_path


if __name__ == "__main__":
    if len(sys.argv) < 4 or sys.argv[3] not in ("rscc", "cargo"):
        sys.exit(__doc__)
    made, edited = generate(int(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]) if len(sys.argv) > 4 else 1)
    print(f"{made} {edited}")
