#![feature(no_core)] // rscc only
#![no_core] // rscc only
extern crate minicore; // rscc only
use minicore::*; // rscc only

// Patterns of all kinds: constants, ranges, bindings, nested alternatives, slices, references.
extern "C" {
    fn printf(f: *const u8, ...) -> i32;
}
fn p(x: i64) {
    unsafe {
        printf("%lld\n\0" as *const str as *const u8, x);
    }
}
enum Op {
    Add,
    Sub,
    Neg(bool),
    Lit(i64),
    Pair(i8, u8),
    Nest(Option2<Option2<i32>>),
}
enum Option2<T> {
    None,
    Some(T),
}
use Option2::{None as No, Some as So};
const K: i32 = 42;
const LO: u8 = b'a';
const HI: u8 = b'z';
struct Cs;
impl Cs {
    const Q: i64 = -9;
}
fn a(x: i32) -> i64 {
    match x {
        i32::MIN2..=-1 => -1,
        0 => 0,
        1 | 3 | 5 => 135,
        n @ (2 | 4) => n as i64 * 10,
        K => 4242,
        6..=9 => 69,
        n if n % 2 == 0 && n < 100 => 2,
        10.. => 10,
    }
}
trait Min2 {
    const MIN2: i32;
}
impl Min2 for i32 {
    const MIN2: i32 = -2147483648;
}
fn b(c: u8) -> i64 {
    match c {
        LO..=HI => 1,
        b'A'..=b'Z' => 2,
        b'0'..=b'9' => 3,
        b' ' | b'\t' | b'\n' => 4,
        128.. => 5,
        _ => 6,
    }
}
fn c(c: char) -> i64 {
    match c {
        'a'..='f' | 'A'..='F' => 1,
        '\u{0}'..='\u{1f}' => 2,
        'é' => 3,
        x @ '\u{100}'..='\u{10ffff}' => x as i64,
        _ => 0,
    }
}
fn d(o: &Op) -> i64 {
    match o {
        Op::Add => 1,
        Op::Sub => 2,
        Op::Neg(true) => 3,
        Op::Neg(_) => 4,
        Op::Lit(Cs::Q) => 5,
        Op::Lit(n @ 0..=9) => 100 + *n,
        &Op::Lit(n) if n > 1000 => n - 1000,
        Op::Lit(_) => 6,
        Op::Pair(-128..=-1, y) | Op::Pair(0, y @ 5..) => *y as i64 + 10,
        Op::Pair(x, 0) => *x as i64 - 200,
        Op::Pair(..) => 7,
        Op::Nest(No) => 8,
        Op::Nest(So(No)) => 9,
        Op::Nest(So(So(x @ (1 | 2)))) => *x as i64 * 50,
        Op::Nest(So(So(x))) => *x as i64,
    }
}
fn e(t: (bool, bool, u8)) -> i64 {
    match t {
        (true, _, 0) => 1,
        (_, true, 1..=5) => 2,
        (false, false, _) => 3,
        (true, false, n) => n as i64,
        (a, b, n) => a as i64 * 2 + b as i64 + n as i64 * 10,
    }
}
fn f(s: &[i32]) -> i64 {
    match s {
        [] => 0,
        [x] => *x as i64,
        [1, .., 9] => 19,
        [a, b] => (*a * *b) as i64,
        [first, mid @ .., last] if mid_len(mid) > 2 => (*first + *last) as i64 * 1000,
        [_, m, ..] => *m as i64 + 500,
    }
}
fn mid_len(s: &[i32]) -> usize {
    match s {
        [] => 0,
        [_, r @ ..] => 1 + mid_len(r),
    }
}
fn g(a: [u8; 4]) -> i64 {
    match a {
        [0, ..] => 0,
        [.., 0] => 1,
        [x, y @ .., z] if y[0] == y[1] => x as i64 + z as i64,
        [1 | 2, _, 3..=4, _] => 3,
        [_, b, _, _] => b as i64,
    }
}
fn h(x: &Option2<&i32>) -> i64 {
    if let So(&v @ 1..=10) = x {
        v as i64
    } else if let So(v) = *x {
        *v as i64 * 2
    } else {
        -1
    }
}
fn i(x: u128) -> i64 {
    match x {
        0 => 1,
        0xffff_ffff_ffff_ffff_ffff_ffff_ffff_ffff => 2,
        0x1_0000_0000_0000_0000 => 3,
        5..=0x1_0000_0000_0000_0005 => 4,
        _ => 5,
    }
}
fn j(x: i128, y: f64) -> i64 {
    match (x, y) {
        (-170141183460469231731687303715884105728, _) => 1,
        (-1, 0.5) => 2,
        (_, 0.25) => 3,
        (_, 1e10) => 4,
        _ => 5,
    }
}
fn k(b: bool) -> i64 {
    let r = match b {
        true => 'x',
        false => {
            return 5;
        }
    };
    r as i64
}
fn l(mut n: u32) -> i64 {
    let mut c = 0;
    while let x @ 1.. = n {
        n = if x % 2 == 0 { x / 2 } else { 3 * x + 1 };
        c += 1;
        if n == 1 {
            break;
        }
    }
    c
}
fn m(o: Option2<i32>) -> i64 {
    let So(x) = o else { return -7 };
    x as i64
}
fn main() {
    let mut n = -3;
    while n < 15 {
        p(a(n));
        n += 1;
    }
    p(a(42));
    p(a(99));
    p(a(98));
    p(a(1000000));
    p(a(i32::MIN2));
    let mut q = 0u8;
    loop {
        p(b(q));
        if q == 255 {
            break;
        }
        q += 5;
    }
    p(c('a'));
    p(c('F'));
    p(c('g'));
    p(c('\n'));
    p(c('é'));
    p(c('日'));
    p(c('\u{10ffff}'));
    p(d(&Op::Add));
    p(d(&Op::Sub));
    p(d(&Op::Neg(true)));
    p(d(&Op::Neg(false)));
    p(d(&Op::Lit(-9)));
    p(d(&Op::Lit(4)));
    p(d(&Op::Lit(1005)));
    p(d(&Op::Lit(10)));
    p(d(&Op::Pair(-5, 3)));
    p(d(&Op::Pair(0, 5)));
    p(d(&Op::Pair(0, 4)));
    p(d(&Op::Pair(3, 0)));
    p(d(&Op::Nest(No)));
    p(d(&Op::Nest(So(No))));
    p(d(&Op::Nest(So(So(2)))));
    p(d(&Op::Nest(So(So(3)))));
    let mut z = 0u8;
    while z < 7 {
        p(e((true, true, z)));
        p(e((true, false, z)));
        p(e((false, true, z)));
        p(e((false, false, z)));
        z += 1;
    }
    p(f(&[]));
    p(f(&[5]));
    p(f(&[1, 9]));
    p(f(&[1, 2, 9]));
    p(f(&[3, 4]));
    p(f(&[3, 4, 5]));
    p(f(&[3, 4, 5, 6]));
    p(f(&[3, 4, 5, 6, 7]));
    p(g([0, 1, 2, 3]));
    p(g([1, 1, 2, 0]));
    p(g([1, 7, 7, 3]));
    p(g([2, 6, 4, 3]));
    p(g([9, 8, 7, 6]));
    p(h(&So(&5)));
    p(h(&So(&50)));
    p(h(&No));
    p(i(0));
    p(i(!0));
    p(i(1 << 64));
    p(i((1 << 64) + 5));
    p(i((1 << 64) + 6));
    p(i(4));
    p(j(1 << 127, 0.0));
    p(j(-1, 0.5));
    p(j(0, 0.25));
    p(j(0, 1e10));
    p(j(0, 2.0));
    p(k(true));
    p(k(false));
    p(l(27));
    p(l(0));
    p(m(So(3)));
    p(m(No));
}
