#![feature(no_core)] // rscc only
#![no_core] // rscc only
extern crate minicore; // rscc only
use minicore::*; // rscc only

// Operands are evaluated from left to right, and keep the values they had then.
extern "C" {
    fn printf(format: *const u8, ...) -> i32;
}

fn f(x: i32, y: i32, z: i32) -> i32 {
    x * 100 + y * 10 + z
}

fn main() {
    let mut a = 1;
    let b = a + { a = 5; a };
    let c = f(a, { a = 6; a }, a);
    let d = (a, { a += 1; a }, a);
    let e = [a, { a += 1; a }, a];
    let g = a == { a = 1; a };
    let mut p = (1, 2);
    let q = p.0 + { p.0 = 7; p.0 } * p.1;
    let mut arr = [1, 2, 3];
    let i = arr[a as usize] + { arr[1] = 50; arr[1] };
    a += { a = 10; a };
    let mut k = 0usize;
    arr[k] = { k = 2; 9 };
    arr[{ k = 1; k }] += { k = 0; arr[k] };
    unsafe { printf("%d %d %d%d%d %d%d%d %d %d %d %d [%d %d %d]\n\0" as *const str as *const u8, b, c, d.0, d.1, d.2, e[0], e[1], e[2], g as i32, q, i, a, arr[0], arr[1], arr[2]); }
}
