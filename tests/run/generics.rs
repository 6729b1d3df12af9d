#![feature(no_core)] // rscc only
#![no_core] // rscc only
extern crate minicore; // rscc only
use minicore::*; // rscc only

// Generic functions and types, traits with static dispatch, associated types and constants, operator traits.
extern "C" {
    fn printf(format: *const u8, ...) -> i32;
}

fn show(x: i64) {
    unsafe {
        printf("%lld\n\0" as *const str as *const u8, x);
    }
}

fn id<T>(x: T) -> T {
    x
}

fn swap<A, B>(p: (A, B)) -> (B, A) {
    (p.1, p.0)
}

fn choose<T: Copy>(a: &T, b: &T, first: bool) -> T {
    if first { *a } else { *b }
}

struct Stack<T, const N: usize> {
    items: [T; N],
    len: usize,
}

impl<T: Copy, const N: usize> Stack<T, N> {
    fn new(zero: T) -> Self {
        Stack { items: [zero; N], len: 0 }
    }
    fn push(&mut self, x: T) -> bool {
        if self.len == N {
            return false;
        }
        self.items[self.len] = x;
        self.len += 1;
        true
    }
    fn pop(&mut self) -> Maybe<T> {
        if self.len == 0 {
            return Maybe::Nothing;
        }
        self.len -= 1;
        Maybe::Just(self.items[self.len])
    }
}

enum Maybe<T> {
    Nothing,
    Just(T),
}

impl<T> Maybe<T> {
    fn map<U>(self, f: fn(T) -> U) -> Maybe<U> {
        match self {
            Maybe::Just(x) => Maybe::Just(f(x)),
            Maybe::Nothing => Maybe::Nothing,
        }
    }
    fn get(self, other: T) -> T {
        if let Maybe::Just(x) = self { x } else { other }
    }
}

trait Area {
    const SIDES: i64;
    fn area(&self) -> i64;
    fn double(&self) -> i64 {
        self.area() * 2
    }
    fn name() -> i64;
}

struct Square(i64);
struct Rect(i64, i64);

impl Area for Square {
    const SIDES: i64 = 4;
    fn area(&self) -> i64 {
        self.0 * self.0
    }
    fn name() -> i64 {
        1
    }
}

impl Area for Rect {
    const SIDES: i64 = 4 + 0;
    fn area(&self) -> i64 {
        self.0 * self.1
    }
    fn double(&self) -> i64 {
        -1
    }
    fn name() -> i64 {
        2
    }
}

fn total<A: Area, B: Area>(a: &A, b: &B) -> i64 {
    a.area() + b.area() * 100 + a.double() * 10000 + b.double() + A::name() + B::name() * 10 + A::SIDES + B::SIDES
}

trait Source {
    type Item;
    fn next(&mut self) -> Maybe<Self::Item>;
}

struct Count(i64);
impl Source for Count {
    type Item = i64;
    fn next(&mut self) -> Maybe<i64> {
        if self.0 == 0 {
            return Maybe::Nothing;
        }
        self.0 -= 1;
        Maybe::Just(self.0)
    }
}

struct Twice<S> {
    inner: S,
}
impl<S: Source<Item = i64>> Source for Twice<S> {
    type Item = (i64, i64);
    fn next(&mut self) -> Maybe<(i64, i64)> {
        match self.inner.next() {
            Maybe::Just(x) => Maybe::Just((x, x * 2)),
            Maybe::Nothing => Maybe::Nothing,
        }
    }
}

fn drain<S: Source>(mut s: S, f: fn(S::Item) -> i64) -> i64 {
    let mut t = 0;
    while let Maybe::Just(x) = s.next() {
        t += f(x);
    }
    t
}

fn plain(x: i64) -> i64 {
    x
}

fn both(p: (i64, i64)) -> i64 {
    p.0 * p.1
}

// rustc: #[derive(Clone, Copy)]
struct V2 {
    x: i64,
    y: i64,
}
impl Copy for V2 {} // rscc only
impl Clone for V2 { fn clone(&self) -> V2 { *self } } // rscc only
// rustc: use std::ops::{Add, AddAssign, Deref, Mul, Neg};

impl Add for V2 {
    type Output = V2;
    fn add(self, o: V2) -> V2 {
        V2 { x: self.x + o.x, y: self.y + o.y }
    }
}
impl Mul<i64> for V2 {
    type Output = V2;
    fn mul(self, k: i64) -> V2 {
        V2 { x: self.x * k, y: self.y * k }
    }
}
impl Neg for V2 {
    type Output = V2;
    fn neg(self) -> V2 {
        V2 { x: -self.x, y: -self.y }
    }
}
impl AddAssign for V2 {
    fn add_assign(&mut self, o: V2) {
        self.x += o.x;
        self.y += o.y;
    }
}
impl PartialEq for V2 {
    fn eq(&self, o: &V2) -> bool {
        self.x == o.x && self.y == o.y
    }
}

fn sum<T: Add<Output = T> + Copy>(a: T, b: T, c: T) -> T {
    a + b + c
}

struct Guarded {
    v: V2,
}
impl Deref for Guarded {
    type Target = V2;
    fn deref(&self) -> &V2 {
        &self.v
    }
}

fn apply<T>(f: fn(T) -> T, x: T, n: u32) -> T {
    if n == 0 { x } else { apply(f, f(x), n - 1) }
}

fn inc(x: i64) -> i64 {
    x + 1
}

fn twice_u8(x: u8) -> u8 {
    x * 2
}

fn main() {
    show(id(5) + id(6u8) as i64 + id(true) as i64);
    let s = swap((1u8, 2i64));
    show(s.0 * 10 + s.1 as i64);
    show(choose(&3, &4, true) + choose(&'a', &'b', false) as i64);
    let mut st: Stack<i64, 3> = Stack::new(0);
    show(st.push(1) as i64 + st.push(2) as i64 + st.push(3) as i64 + st.push(4) as i64);
    show(st.pop().map(inc).get(0) * 100 + st.pop().get(0) * 10 + st.pop().get(0));
    show(st.pop().get(-1));
    show(total(&Square(3), &Rect(2, 5)));
    show(total(&Rect(1, 1), &Rect(2, 2)));
    show(drain(Count(5), plain));
    show(drain(Twice { inner: Count(4) }, both));
    let v = V2 { x: 1, y: 2 } + V2 { x: 10, y: 20 } * 3;
    show(v.x * 1000 + v.y);
    let mut w = -v;
    w += V2 { x: 100, y: 100 };
    show(w.x * 1000 + w.y);
    show((v == w) as i64 * 10 + (v != w) as i64);
    let t = sum(v, w, v);
    show(t.x * 1000 + t.y);
    show(sum(1, 2, 3) + sum(1.5, 2.5, 3.5) as i64);
    let g = Guarded { v };
    show(g.x + g.y);
    show((*g).x);
    show(apply(inc, 5, 10) + apply(twice_u8, 1, 6) as i64);
}
