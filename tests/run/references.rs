#![feature(no_core)] // rscc only
#![no_core] // rscc only
extern crate minicore; // rscc only
use minicore::*; // rscc only

// References, raw pointers, reborrows, temporaries, function pointers.
extern "C" {
    fn printf(format: *const u8, ...) -> i32;
}

fn show(x: i64) {
    unsafe {
        printf("%lld\n\0" as *const str as *const u8, x);
    }
}

struct Node {
    value: i64,
    next: *const Node,
}

fn list_sum(mut p: *const Node) -> i64 {
    let mut t = 0;
    while p != 0 as *const Node {
        unsafe {
            t += (*p).value;
            p = (*p).next;
        }
    }
    t
}

fn longest<'a>(a: &'a (i64, i64), b: &'a (i64, i64)) -> &'a i64 {
    if a.0 > b.0 { &a.1 } else { &b.1 }
}

fn add_one(x: &mut i64) -> &mut i64 {
    *x += 1;
    x
}

fn swap<T: Copy>(a: &mut T, b: &mut T) {
    let t = *a;
    *a = *b;
    *b = t;
}

struct Counter {
    n: i64,
    inner: Inner,
}

struct Inner {
    v: [i64; 3],
}

impl Counter {
    fn slot(&mut self, i: usize) -> &mut i64 {
        self.n += 1;
        &mut self.inner.v[i]
    }
    fn get(&self) -> &Inner {
        &self.inner
    }
}

fn make(x: i64) -> (i64, i64) {
    (x, x * 2)
}

fn compose(f: fn(i64) -> i64, g: fn(i64) -> i64, x: i64) -> i64 {
    f(g(x))
}

fn square(x: i64) -> i64 {
    x * x
}

fn dec(x: i64) -> i64 {
    x - 1
}

fn select(k: u8) -> fn(i64) -> i64 {
    match k {
        0 => square,
        _ => dec,
    }
}

extern "C" fn by_c(a: *const i32, b: *const i32) -> i32 {
    unsafe { if *a < *b { -1 } else { (*a > *b) as i32 } }
}

extern "C" {
    fn qsort(base: *mut i32, count: usize, size: usize, compare: extern "C" fn(*const i32, *const i32) -> i32);
    fn strlen(s: *const u8) -> usize;
}

fn main() {
    let a = Node { value: 1, next: 0 as *const Node };
    let b = Node { value: 20, next: &a };
    let c = Node { value: 300, next: &b };
    show(list_sum(&c));
    show(*longest(&(1, 10), &(2, 20)));
    let mut x = 5;
    *add_one(add_one(&mut x)) *= 2;
    show(x);
    let mut y = 7;
    swap(&mut x, &mut y);
    show(x * 100 + y);
    let mut k = Counter { n: 0, inner: Inner { v: [1, 2, 3] } };
    *k.slot(1) += 40;
    *k.slot(2) = 5;
    show(k.get().v[1] * 100 + k.get().v[2] * 10 + k.n);
    let t = &make(21);
    show(t.0 + t.1);
    let u = &mut make(4).1;
    *u += 1;
    show(*u);
    show(make(5).1);
    show(compose(square, dec, 5) + compose(dec, square, 5) * 100);
    show(select(0)(9) + select(1)(9));
    let f = select;
    show(f(0)(3));
    let mut v = [5, 1, 4, 2, 3];
    unsafe {
        qsort(&mut v[0], 5, 4, by_c);
    }
    show(v[0] as i64 * 10000 + v[1] as i64 * 1000 + v[2] as i64 * 100 + v[3] as i64 * 10 + v[4] as i64);
    show(unsafe { strlen("twelve chars\0" as *const str as *const u8) } as i64);
    let r = &x;
    let rr = &r;
    let rrr = &rr;
    show(***rrr);
    let p = &raw mut y;
    unsafe {
        *p = 99;
    }
    show(y);
}
