#![feature(no_core)] // rscc only
#![no_core] // rscc only
extern crate minicore; // rscc only
use minicore::*; // rscc only

// Structs, tuples and arrays by value and by reference, through both calling conventions.
extern "C" {
    fn printf(format: *const u8, ...) -> i32;
}

fn show(x: i64) {
    unsafe {
        printf("%lld\n\0" as *const str as *const u8, x);
    }
}

struct Empty;
struct One(i32);
struct Two(i32, i64);
struct Mixed { a: u8, b: u64, c: u16 }
struct Small { a: u8, b: u8, c: u8 }
struct Big { a: i64, b: i64, c: i64, d: i64 }
struct Nested { p: Two, q: (u8, One), r: [i16; 3] }
#[repr(C)]
struct CPair { a: i32, b: f32 }
#[repr(C)]
struct CFloats { x: f64, y: f32 }
#[repr(C)]
struct CBig { v: [i64; 5] }
#[repr(C)]
struct COdd { a: u8, b: u8, c: u8 }
#[repr(C)]
struct CMixed { a: u8, b: f64 }
#[repr(transparent)]
struct Wrap(u64);
#[repr(packed)]
struct Packed { a: u8, b: u32, c: u64 }
#[repr(align(32))]
struct Aligned(u8);

fn one(x: One) -> One { One(x.0 + 1) }
fn two(x: Two) -> Two { Two(x.0 * 2, x.1 * 3) }
fn mixed(x: Mixed) -> Mixed { Mixed { a: x.a + 1, b: x.b + 2, c: x.c + 3 } }
fn small(x: Small) -> Small { Small { a: x.c, b: x.b, c: x.a } }
fn big(x: Big, y: Big) -> Big { Big { a: x.a + y.d, b: x.b + y.c, c: x.c + y.b, d: x.d + y.a } }
fn nested(x: Nested) -> Nested { Nested { p: two(x.p), q: (x.q.0, one(x.q.1)), r: [x.r[2], x.r[1], x.r[0]] } }
extern "C" fn c_pair(x: CPair) -> CPair { CPair { a: x.a + 1, b: x.b * 2.0 } }
extern "C" fn c_floats(x: CFloats) -> CFloats { CFloats { x: x.x + 0.5, y: x.y + 0.25 } }
extern "C" fn c_big(x: CBig, k: i64) -> CBig { CBig { v: [x.v[4] + k, x.v[3], x.v[2], x.v[1], x.v[0]] } }
extern "C" fn c_odd(x: COdd) -> COdd { COdd { a: x.c, b: x.a, c: x.b } }
extern "C" fn c_mixed(n: i32, x: CMixed, m: i8) -> CMixed { CMixed { a: x.a + n as u8, b: x.b + m as f64 } }
extern "C" fn c_many(a: i8, b: u8, c: i16, d: u16, e: i32, f: i64, g: u8, h: CPair, i: bool) -> i64 {
    a as i64 + b as i64 + c as i64 + d as i64 + e as i64 + f + g as i64 + h.a as i64 + i as i64
}
fn many(a: i8, b: u8, c: bool, d: char, e: (u8, u64), f: i128, g: Empty, h: [u8; 3], i: f32) -> i64 {
    a as i64 + b as i64 + c as i64 + d as i64 + e.0 as i64 + e.1 as i64 + f as i64 + h[2] as i64 + i as i64
}
fn tuple(t: (i32, (u8, i64), bool)) -> (bool, i32, i64) { (!t.2, t.0 - t.1 .0 as i32, t.1 .1) }
fn array(a: [i32; 8]) -> [i32; 8] {
    let mut b = a;
    let mut i = 0;
    while i < 8 {
        b[i] = a[7 - i] * 2;
        i += 1;
    }
    b
}
fn update(b: &mut Big) {
    b.a = 10;
    b.d += b.a;
    let c = &mut b.c;
    *c *= 7;
}
fn wide(x: u128, y: i128) -> (i128, u128) { (y - 1, x + 1) }
fn pick(a: &Big, b: &Big, first: bool) -> i64 { let r = if first { a } else { b }; r.a + r.b }

impl Big {
    const ZERO: Big = Big { a: 0, b: 0, c: 0, d: 0 };
    fn new(a: i64) -> Self { Big { a, ..Big::ZERO } }
    fn total(&self) -> i64 { self.a + self.b + self.c + self.d }
    fn bump(&mut self) -> &mut Self { self.b += 1; self }
    fn into_a(self) -> i64 { self.a }
}

fn main() {
    show(one(One(4)).0 as i64);
    let t = two(Two(5, 6));
    show(t.0 as i64 * 100 + t.1);
    let m = mixed(Mixed { a: 1, b: 20, c: 300 });
    show(m.a as i64 + m.b as i64 + m.c as i64);
    let s = small(Small { a: 1, b: 2, c: 3 });
    show(s.a as i64 * 100 + s.b as i64 * 10 + s.c as i64);
    let b = big(Big { a: 1, b: 2, c: 3, d: 4 }, Big { a: 10, b: 20, c: 30, d: 40 });
    show(b.a * 1000000 + b.b * 10000 + b.c * 100 + b.d);
    let n = nested(Nested { p: Two(1, 2), q: (3, One(4)), r: [5, 6, 7] });
    show(n.p.0 as i64 + n.p.1 + n.q.0 as i64 + n.q.1 .0 as i64 * 10 + n.r[0] as i64 * 100);
    let c = c_pair(CPair { a: 3, b: 1.25 });
    show(c.a as i64 * 100 + c.b as i64);
    let c = c_floats(CFloats { x: 1.0, y: 2.0 });
    show((c.x * 100.0 + c.y as f64 * 10.0) as i64);
    let c = c_big(CBig { v: [1, 2, 3, 4, 5] }, 100);
    show(c.v[0] * 10000 + c.v[1] * 1000 + c.v[2] * 100 + c.v[3] * 10 + c.v[4]);
    let c = c_odd(COdd { a: 1, b: 2, c: 3 });
    show(c.a as i64 * 100 + c.b as i64 * 10 + c.c as i64);
    let c = c_mixed(5, CMixed { a: 7, b: 2.5 }, -2);
    show(c.a as i64 * 100 + (c.b * 2.0) as i64);
    show(c_many(-1, 200, -300, 60000, 5, 6, 7, CPair { a: 8, b: 0.0 }, true));
    show(many(-1, 200, true, 'a', (1, 2), 3, Empty, [4, 5, 6], 7.5));
    let t = tuple((5, (6, 7), false));
    show(t.0 as i64 * 100 + t.1 as i64 + t.2);
    let a = array([1, 2, 3, 4, 5, 6, 7, 8]);
    show(a[0] as i64 * 100 + a[7] as i64);
    let mut b = Big { a: 1, b: 2, c: 3, d: 4 };
    update(&mut b);
    show(b.total());
    show(b.bump().bump().total());
    show(pick(&b, &Big::new(5), true) * 1000 + pick(&b, &Big::new(5), false));
    show(Big::new(9).into_a());
    let w = wide(340282366920938463463374607431768211454, -5);
    show((w.0 + (w.1 >> 120) as i128) as i64);
    show(Wrap(7).0 as i64);
    let p = Packed { a: 1, b: 0x01020304, c: 0x1122334455667788 };
    show(p.a as i64 + p.b as i64 + (p.c >> 32) as i64);
    show((&Aligned(3) as *const Aligned as usize % 32) as i64 + Aligned(4).0 as i64);
}
