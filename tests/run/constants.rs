#![feature(no_core)] // rscc only
#![no_core] // rscc only
extern crate minicore; // rscc only
use minicore::*; // rscc only

// Constants and statics: of each other, of functions, of loops, of impls, changed ones.
extern "C" {
    fn printf(f: *const u8, ...) -> i32;
}
fn p(x: i64) {
    unsafe {
        printf("%lld\n\0" as *const str as *const u8, x);
    }
}
fn pf(x: f64) {
    unsafe {
        printf("%.17g\n\0" as *const str as *const u8, x);
    }
}
fn ps(s: &str) {
    unsafe {
        printf("%s\n\0" as *const str as *const u8, s as *const str as *const u8);
    }
}
const A: i32 = B * 2 + C[1];
const B: i32 = C[0] + D.0 as i32;
const C: [i32; 3] = [1, 2 + 3, f(4)];
const D: (u8, &str) = (7, "hey\0");
const fn f(x: i32) -> i32 {
    if x <= 1 {
        1
    } else {
        x * f(x - 1)
    }
}
static S: [i32; A as usize] = [B; A as usize];
static mut M: i32 = A;
static mut ARR: [[u8; 3]; 2] = [[1, 2, 3], [4, 5, 6]];
static R: &i32 = &S2;
static S2: i32 = 99;
static T: (&'static [i32], &str) = (&C, "tt\0");
static PTR: Sy = Sy(&S2 as *const i32);
struct Sy(*const i32);
// rustc: 
// rustc: unsafe impl Sync for Sy {}
struct P {
    x: i32,
    y: [P2; 2],
}
struct P2(u8, Option2);
enum Option2 {
    N,
    S(&'static P2),
}
static TREE: P = P { x: A, y: [P2(1, Option2::N), P2(2, Option2::S(&P2(3, Option2::N)))] };
const SIZE: usize = {
    let mut i = 0;
    let mut s = 0;
    while i < 10 {
        s += i;
        i += 1;
    }
    s
};
static BIG: [u16; SIZE] = {
    let mut a = [0; SIZE];
    let mut i = 0;
    while i < SIZE {
        a[i] = (i * i) as u16;
        i += 1;
    }
    a
};
const FP: fn(i32) -> i32 = f;
static FT: [fn(i32) -> i32; 2] = [f, g];
fn g(x: i32) -> i32 { x + 1 }
const NEG: i8 = -128;
const SH: u32 = 1 << 31;
const FLT: f64 = 1.5 * 2.0 - 0.1;
const CH: char = 'é';
const BY: u8 = b'\xff';
const BS: &[u8; 4] = b"a\x00\\\n";
const RAW: &str = r#"a"b"#;
const CMP: bool = (1 < 2) & !(3 >= 4) | ('a' == 'b');
const SL: &[&[i32]] = &[&[1], &[2, 3], &[]];
trait Tr {
    const N: usize;
    const ARR: [u8; 2] = [Self::N as u8, 1];
    const DEF: usize = Self::N * 2;
}
struct Q;
struct Z<T>(T);
impl Tr for Q {
    const N: usize = 3;
}
impl<T: Tr> Tr for Z<T> {
    const N: usize = T::N + 10;
    const DEF: usize = T::DEF + 1;
}
impl<T: Tr> Z<T> {
    const INH: usize = <T as Tr>::N * 100;
    fn inh() -> usize { Self::INH + 1 }
}
mod m {
    pub const X: i32 = super::A + self::n::Y;
    pub mod n {
        pub const Y: i32 = super::super::B;
    }
    pub static mut CNT: u32 = 0;
    pub fn bump() -> u32 {
        unsafe {
            CNT += 1;
            CNT
        }
    }
}
fn local() -> i32 {
    const L: i32 = 5 + INNER;
    const INNER: i32 = 6;
    static mut CALLS: i32 = 0;
    unsafe {
        CALLS += L;
        CALLS
    }
}
fn main() {
    p(A as i64);
    p(B as i64);
    p(C[2] as i64);
    p(D.0 as i64);
    ps(D.1);
    p(S[A as usize - 1] as i64);
    unsafe {
        M += 5;
        p(M as i64);
        ARR[1][2] = 60;
        ARR[0] = [7, 8, 9];
        p(ARR[1][2] as i64 + ARR[0][0] as i64);
        let q = &mut ARR[1];
        q[0] = 1;
        p(ARR[1][0] as i64);
        p(*PTR.0 as i64);
    }
    p(*R as i64);
    p(T.0[1] as i64);
    ps(T.1);
    p(TREE.x as i64);
    match &TREE.y[1].1 {
        Option2::S(P2(n, _)) => p(*n as i64),
        Option2::N => p(0),
    }
    p(BIG[44] as i64);
    p(SIZE as i64);
    p(FP(5) as i64);
    p(FT[1](5) as i64);
    p(FT[0](3) as i64);
    p(NEG as i64);
    p(SH as i64);
    pf(FLT);
    p(CH as i64);
    p(BY as i64);
    p(BS[3] as i64 + BS[1] as i64 + BS[2] as i64);
    p(CMP as i64);
    p(SL[1][1] as i64);
    p(Q::N as i64);
    p(<Z<Z<Q>>>::N as i64);
    p(<Z<Q> as Tr>::DEF as i64);
    p(Z::<Q>::ARR[0] as i64);
    p(Q::DEF as i64);
    p(Z::<Z<Q>>::INH as i64);
    p(Z::<Q>::inh() as i64);
    p(m::X as i64);
    p(m::bump() as i64 + m::bump() as i64);
    p(local() as i64);
    p(local() as i64);
    p([0u8; Q::N + 1].len2() as i64);
}
trait Len2 {
    fn len2(&self) -> usize;
}
impl<const N: usize> Len2 for [u8; N] {
    fn len2(&self) -> usize { N }
}
