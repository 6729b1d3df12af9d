#![feature(no_core)] // rscc only
#![no_core] // rscc only
extern crate minicore; // rscc only
use minicore::*; // rscc only

// Constants, statics, mutable statics, references between them, constant functions and promoted constants.
extern "C" {
    fn printf(format: *const u8, ...) -> i32;
}

fn show(x: i64) {
    unsafe {
        printf("%lld\n\0" as *const str as *const u8, x);
    }
}

const A: i64 = 3 * 7 + 1;
const B: i64 = A << 4;
const T: (i64, [u8; 3]) = (B - A, [1, 2, 3]);
const FIRST: u8 = T.1[2];
const SIZE: usize = 1 << 3;
const MAX: u8 = !0;
const NEG: i32 = -(5 % 3);
const CHAR: char = 'x';
const TEXT: &str = "hello\0";
const REF: &i64 = &B;
const REFS: &[&i64] = &[&A, &B, REF];
const F: fn(i64) -> i64 = triple;

static COUNT: i64 = A + 1;
static mut COUNTER: i64 = 100;
static TABLE: [i64; SIZE] = [A; SIZE];
static POINT: &Point = &Point { x: 3, y: &COUNT };
static NAMES: [&str; 3] = ["one\0", "two\0", "three\0"];
static ZERO: [u8; 4096] = [0; 4096];

struct Point {
    x: i64,
    y: &'static i64,
}

const fn triple(x: i64) -> i64 {
    x * 3
}

const fn power(base: i64, exponent: u32) -> i64 {
    let mut r = 1;
    let mut i = 0;
    while i < exponent {
        r *= base;
        i += 1;
    }
    r
}

const fn fib(n: u32) -> u64 {
    if n < 2 { n as u64 } else { fib(n - 1) + fib(n - 2) }
}

const fn table() -> [u64; 10] {
    let mut t = [0; 10];
    let mut i = 0;
    while i < 10 {
        t[i] = fib(i as u32 * 2);
        i += 1;
    }
    t
}

const POWER: i64 = power(7, 10);
static FIBS: [u64; 10] = table();

enum Kind {
    Plain,
    With(i64),
}
const KIND: Kind = Kind::With(9);
const PLAIN: Kind = Kind::Plain;
static KINDS: [Kind; 2] = [Kind::Plain, Kind::With(5)];

fn number(k: &Kind) -> i64 {
    match k {
        Kind::Plain => 0,
        Kind::With(n) => *n,
    }
}

fn promoted() -> &'static i64 {
    &42
}

fn promoted_array() -> &'static [i64] {
    &[1, 2 + 3, A]
}

fn promoted_struct() -> &'static Point {
    &Point { x: 8, y: &9 }
}

fn bump() -> i64 {
    unsafe {
        COUNTER += 1;
        COUNTER
    }
}

trait HasId {
    const ID: i64;
    const TWICE: i64 = Self::ID * 2;
}
struct X;
struct Y;
impl HasId for X {
    const ID: i64 = 5;
}
impl HasId for Y {
    const ID: i64 = 6;
    const TWICE: i64 = 100;
}

fn ids<T: HasId>() -> i64 {
    T::ID * 1000 + T::TWICE
}

struct Holder<T>(T);
impl<T: HasId> Holder<T> {
    const SUM: i64 = T::ID + T::TWICE;
}

fn main() {
    show(A);
    show(B);
    show(T.0 + T.1[1] as i64);
    show(FIRST as i64);
    show(MAX as i64);
    show(NEG as i64);
    show(CHAR as i64);
    show(*REF);
    show(*REFS[0] + *REFS[1] + *REFS[2]);
    show(F(5));
    show(COUNT);
    show(bump());
    show(bump());
    show(unsafe { COUNTER });
    show(TABLE[SIZE - 1]);
    show(POINT.x + *POINT.y);
    show(ZERO[4095] as i64);
    show(POWER);
    show(FIBS[9] as i64);
    show(number(&KIND) * 10 + number(&PLAIN));
    show(number(&KINDS[0]) * 10 + number(&KINDS[1]));
    show(*promoted());
    show(promoted_array()[1] + promoted_array()[2]);
    show(promoted_struct().x * 10 + *promoted_struct().y);
    show(ids::<X>());
    show(ids::<Y>());
    show(Holder::<X>::SUM + Holder::<Y>::SUM);
    unsafe {
        printf("%s %s\n\0" as *const str as *const u8, TEXT as *const str as *const u8, NAMES[2] as *const str as *const u8);
    }
}
