#![feature(no_core)] // rscc only
#![no_core] // rscc only
extern crate minicore; // rscc only
use minicore::*; // rscc only

// Matches on numbers, ranges, characters, tuples, enums, references, with guards, bindings and alternatives.
extern "C" {
    fn printf(format: *const u8, ...) -> i32;
}

fn show(x: i64) {
    unsafe {
        printf("%lld\n\0" as *const str as *const u8, x);
    }
}

fn small(n: i32) -> i64 {
    match n {
        0 => 100,
        1 | 2 | 3 => 101,
        4..=9 => 102,
        -5..=-1 => 103,
        _ => 105,
    }
}

fn unsigned(n: u8) -> i64 {
    match n {
        0..=9 => 0,
        10 => 1,
        11..=99 => 2,
        100..=199 => 3,
        200.. => 4,
    }
}

fn many(n: u32) -> i64 {
    match n {
        0 => 3, 1 => 1, 2 => 4, 3 => 1, 4 => 5, 5 => 9, 6 => 2, 7 => 6, 8 => 5, 9 => 3,
        10 => 5, 11 => 8, 12 => 9, 13 => 7, 14 => 9, 15 => 3, 16 => 2, 17 => 3, 18 => 8,
        19 => 4, 20 => 6, 1000 => 77, 4000000000 => 88,
        _ => -1,
    }
}

fn letters(c: char) -> i64 {
    match c {
        'a'..='z' => 1,
        'A'..='Z' => 2,
        '0'..='9' => 3,
        ' ' | '\t' | '\n' => 4,
        '\u{80}'..='\u{10FFFF}' => 5,
        _ => 6,
    }
}

fn wide(n: i128) -> i64 {
    match n {
        -170141183460469231731687303715884105728 => 1,
        0 => 2,
        170141183460469231731687303715884105727 => 3,
        _ => 4,
    }
}

fn pair(a: bool, b: bool) -> i64 {
    match (a, b) {
        (true, true) => 3,
        (true, false) => 2,
        (false, true) => 1,
        (false, false) => 0,
    }
}

enum Shape {
    Dot,
    Circle(i64),
    Rect { w: i64, h: i64 },
    Line((i64, i64), (i64, i64)),
}

fn area(s: &Shape) -> i64 {
    match s {
        Shape::Dot => 0,
        Shape::Circle(r) => 3 * *r * *r,
        Shape::Rect { w, h } if *w == *h => *w * *w * 1000,
        Shape::Rect { w, h: height } => *w * *height,
        Shape::Line((x, y), (x2, _)) => *x + *y * 10 + *x2 * 100,
    }
}

enum Tree {
    Leaf(i64),
    One(&'static Tree),
    Two(&'static Tree, &'static Tree),
}

static A: Tree = Tree::Leaf(3);
static B: Tree = Tree::Leaf(4);
static C: Tree = Tree::Two(&A, &B);
static D: Tree = Tree::One(&C);

fn sum(t: &Tree) -> i64 {
    match *t {
        Tree::Leaf(n) => n,
        Tree::One(t) => 10 * sum(t),
        Tree::Two(l, r) => sum(l) + sum(r),
    }
}

enum Opt<T> {
    None,
    Some(T),
}

impl<T> Opt<T> {
    fn or(self, other: T) -> T {
        match self {
            Opt::Some(x) => x,
            Opt::None => other,
        }
    }
}

fn nested(x: Opt<Opt<u8>>) -> i64 {
    match x {
        Opt::None => -2,
        Opt::Some(Opt::None) => -1,
        Opt::Some(Opt::Some(n @ 0..=9)) => n as i64,
        Opt::Some(Opt::Some(n)) => n as i64 * 2,
    }
}

fn niche(x: Opt<&i64>) -> i64 {
    match x {
        Opt::Some(n) => *n,
        Opt::None => 0,
    }
}

fn guards(n: i64, m: i64) -> i64 {
    match n {
        x if x < 0 => -x,
        x if x > m => x - m,
        0 | 1 if m == 7 => 700,
        0 => 70,
        other => other + m,
    }
}

fn alternatives(p: (i64, i64)) -> i64 {
    match p {
        (0, x) | (x, 0) => x,
        (1 | 2, y @ (3 | 4)) => 100 + y,
        (x, y) => x * y,
    }
}

fn bind_whole(p: (i64, i64)) -> i64 {
    match p {
        whole @ (1, _) => whole.0 + whole.1,
        (a, b) => a * 100 + b,
    }
}

fn by_reference(p: &mut (i64, i64)) -> i64 {
    match p {
        (a, b) if *a > *b => {
            *a = *b;
            1
        }
        (a, b) => {
            *b += *a;
            2
        }
    }
}

struct Point {
    x: i64,
    y: i64,
}

fn point(p: Point) -> i64 {
    let Point { x, y: z } = p;
    match (Point { x: z, y: x }) {
        Point { x: 0, .. } => 1,
        Point { y: 5, x } => x,
        Point { x, y } => x * 10 + y,
    }
}

fn slices(a: [i64; 4]) -> i64 {
    match a {
        [0, ..] => 0,
        [x, .., 9] => x,
        [_, m @ .., _] if m[0] == 5 => m[1],
        [a, b, c, d] => a + b * 10 + c * 100 + d * 1000,
    }
}

fn slice_ref(s: &[i64]) -> i64 {
    match s {
        [] => -1,
        [x] => *x,
        [x, y] => *x * *y,
        [first, middle @ .., last] => *first * 1000 + *last * 100 + middle[0],
    }
}

fn if_let(x: Opt<i64>) -> i64 {
    if let Opt::Some(n) = x {
        n
    } else {
        -1
    }
}

fn let_else(x: Opt<i64>) -> i64 {
    let Opt::Some(n) = x else {
        return -7;
    };
    n * 2
}

fn while_let(mut n: i64) -> i64 {
    let mut total = 0;
    while let Opt::Some(m) = down(n) {
        total += m;
        n = m;
    }
    total
}

fn down(n: i64) -> Opt<i64> {
    if n > 0 { Opt::Some(n - 1) } else { Opt::None }
}

const LIMIT: i32 = 12;

fn named(n: i32) -> i64 {
    match n {
        LIMIT => 1,
        0..=LIMIT => 2,
        _ => 3,
    }
}

fn main() {
    show(small(0));
    show(small(2));
    show(small(7));
    show(small(-3));
    show(small(50));
    show(unsigned(9));
    show(unsigned(10));
    show(unsigned(50));
    show(unsigned(150));
    show(unsigned(255));
    show(many(5));
    show(many(14));
    show(many(1000));
    show(many(4000000000));
    show(many(21));
    show(letters('q'));
    show(letters('Q'));
    show(letters('7'));
    show(letters('\n'));
    show(letters('é'));
    show(letters('#'));
    show(wide(-170141183460469231731687303715884105728));
    show(wide(0));
    show(wide(170141183460469231731687303715884105727));
    show(wide(1));
    show(pair(true, true) * 1000 + pair(true, false) * 100 + pair(false, true) * 10 + pair(false, false));
    show(area(&Shape::Dot));
    show(area(&Shape::Circle(4)));
    show(area(&Shape::Rect { w: 3, h: 3 }));
    show(area(&Shape::Rect { w: 3, h: 5 }));
    show(area(&Shape::Line((1, 2), (3, 4))));
    show(sum(&D));
    show(nested(Opt::None));
    show(nested(Opt::Some(Opt::None)));
    show(nested(Opt::Some(Opt::Some(5))));
    show(nested(Opt::Some(Opt::Some(50))));
    show(niche(Opt::Some(&77)));
    show(niche(Opt::None));
    show(Opt::Some(3).or(4));
    show(Opt::None.or(4));
    show(guards(-5, 0));
    show(guards(50, 8));
    show(guards(1, 7));
    show(guards(0, 8));
    show(guards(5, 8));
    show(alternatives((0, 6)));
    show(alternatives((8, 0)));
    show(alternatives((2, 4)));
    show(alternatives((2, 5)));
    show(bind_whole((1, 5)));
    show(bind_whole((2, 5)));
    let mut p = (5, 3);
    show(by_reference(&mut p));
    show(by_reference(&mut p));
    show(p.0 * 10 + p.1);
    show(point(Point { x: 5, y: 3 }));
    show(point(Point { x: 4, y: 0 }));
    show(point(Point { x: 4, y: 2 }));
    show(slices([0, 1, 2, 3]));
    show(slices([6, 1, 2, 9]));
    show(slices([6, 5, 2, 3]));
    show(slices([6, 1, 2, 3]));
    show(slice_ref(&[]));
    show(slice_ref(&[4]));
    show(slice_ref(&[4, 5]));
    show(slice_ref(&[4, 5, 6, 7]));
    show(if_let(Opt::Some(4)));
    show(if_let(Opt::None));
    show(let_else(Opt::Some(4)));
    show(let_else(Opt::None));
    show(while_let(5));
    show(named(12));
    show(named(5));
    show(named(13));
}
