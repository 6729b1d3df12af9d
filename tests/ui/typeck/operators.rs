// Operators: what is built in, and the messages where it does not fit.
struct S;

fn two_integers(a: u32, b: u64) -> u32 {
    a + b //~ ERROR E0308 E0277
}
fn integer_and_float(a: i32, b: f32) -> i32 {
    a + b //~ ERROR E0277
}
fn two_floats(a: f32, b: f64) -> f32 {
    a * b //~ ERROR E0308 E0277
}
fn comparisons(a: i32, b: i64, c: bool, d: char) -> bool {
    a == b; //~ ERROR E0308
    a < b; //~ ERROR E0308
    a == c; //~ ERROR E0308
    d < 1 //~ ERROR E0308
}
fn negations(a: u32, b: bool) -> u32 {
    -b; //~ ERROR E0600
    let x: u32 = -1; //~ ERROR E0600
    -a //~ ERROR E0600
}
fn nots(a: u8, b: f32) -> i8 {
    !b; //~ ERROR E0600
    !a //~ ERROR E0308
}
fn mixed(a: i32, b: bool, p: *const i32) {
    a + true; //~ ERROR E0277
    b + b; //~ ERROR E0369
    b & 1; //~ ERROR E0277
    p + p; //~ ERROR E0369
    a << 1.0; //~ ERROR E0277
    a && b; //~ ERROR E0308
}
fn structs(a: S, b: S) {
    a + b; //~ ERROR E0369
}
fn compared(a: S, b: S) {
    a == b; //~ ERROR E0369
}
fn assigning(mut a: u32, mut s: S, t: S) {
    a += 1u64; //~ ERROR E0308 E0277
    s += t; //~ ERROR E0368
    1 += 2; //~ ERROR E0067
    1 = 2; //~ ERROR E0070
}
fn generic<T>(x: T, y: T) {
    x + y; //~ ERROR E0369
}
fn fine(a: u8, b: i64, c: f64, p: *const u8, q: *mut u8) -> bool {
    let x = a << b;
    let y: u8 = x >> 3u16;
    let z = 1 + 2 * a;
    let w = -b - 5;
    let v = -1.5 + c;
    let mut n = 3;
    n *= 2;
    n <<= 1u8;
    p == q as *const u8 && 'a' < 'b' && true != false && !(z < y) && w <= 0 && v >= c && (true & false | true ^ false)
}
