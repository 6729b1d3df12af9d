#![feature(no_core)] // rscc only
#![no_core] // rscc only
extern crate minicore; // rscc only
use minicore::*; // rscc only

// `as` between all pairs of integer, float, char, bool and enum types.
extern "C" {
    fn printf(format: *const u8, ...) -> i32;
}

fn show(x: i128) {
    unsafe {
        printf("%016llx%016llx\n\0" as *const str as *const u8, (x >> 64) as u64, x as u64);
    }
}

fn real(x: f64) {
    unsafe {
        printf("%.17g\n\0" as *const str as *const u8, x);
    }
}

macro_rules! from_int {
    ($name:ident $t:ty) => {
        fn $name(x: $t) {
            show(x as i8 as i128);
            show(x as i16 as i128);
            show(x as i32 as i128);
            show(x as i64 as i128);
            show(x as i128);
            show(x as isize as i128);
            show(x as u8 as i128);
            show(x as u16 as i128);
            show(x as u32 as i128);
            show(x as u64 as i128);
            show(x as u128 as i128);
            show(x as usize as i128);
            real(x as f32 as f64);
            real(x as f64);
        }
    };
}
from_int! { from_i8 i8 }
from_int! { from_i16 i16 }
from_int! { from_i32 i32 }
from_int! { from_i64 i64 }
from_int! { from_i128 i128 }
from_int! { from_isize isize }
from_int! { from_u8 u8 }
from_int! { from_u16 u16 }
from_int! { from_u32 u32 }
from_int! { from_u64 u64 }
from_int! { from_u128 u128 }
from_int! { from_usize usize }

macro_rules! from_float {
    ($name:ident $t:ty) => {
        fn $name(x: $t) {
            show(x as i8 as i128);
            show(x as i16 as i128);
            show(x as i32 as i128);
            show(x as i64 as i128);
            show(x as i128);
            show(x as isize as i128);
            show(x as u8 as i128);
            show(x as u16 as i128);
            show(x as u32 as i128);
            show(x as u64 as i128);
            show(x as u128 as i128);
            show(x as usize as i128);
            real(x as f32 as f64);
            real(x as f64);
        }
    };
}
from_float! { from_f32 f32 }
from_float! { from_f64 f64 }

fn from_bool(b: bool) {
    show(b as i8 as i128);
    show(b as u16 as i128);
    show(b as i32 as i128);
    show(b as u64 as i128);
    show(b as i128);
}

fn from_char(c: char) {
    show(c as u8 as i128);
    show(c as i8 as i128);
    show(c as u16 as i128);
    show(c as u32 as i128);
    show(c as i64 as i128);
    show(c as u128 as i128);
}

enum Plain {
    A,
    B,
    C,
}

#[repr(i8)]
enum Small {
    Low = -100,
    Next,
    High = 100,
}

#[repr(u64)]
enum Wide {
    Big = 0xFFFF_FFFF_0000_0001,
}

fn plain(p: Plain) {
    show(p as u8 as i128);
}

fn small(s: Small) {
    show(s as i64 as i128);
}

fn pointers(x: &u32) {
    let p = x as *const u32;
    let q = p as *const u8 as usize as *const u32;
    show((p == q) as i128);
    show((p as usize == q as usize) as i128);
    show(unsafe { *q } as i128);
    let f = pointers as fn(&u32);
    show((f as usize == pointers as usize) as i128);
    let a = [1u8, 2, 3];
    let e = &a as *const [u8; 3] as *const u8;
    show(unsafe { *e } as i128);
}

fn main() {
    from_i8(-1);
    from_i8(127);
    from_i16(-32768);
    from_i32(-123456789);
    from_i64(-1234567890123456789);
    from_i128(-170141183460469231731687303715884105728);
    from_i128(170141183460469231731687303715884105727);
    from_isize(-7);
    from_u8(200);
    from_u16(50000);
    from_u32(4000000000);
    from_u64(18446744073709551615);
    from_u128(340282366920938463463374607431768211455);
    from_u128(16777217);
    from_usize(9007199254740993);
    from_f32(0.0);
    from_f32(-1.5);
    from_f32(300.75);
    from_f32(1e20);
    from_f32(-1e38);
    from_f32(1.0 / 0.0);
    from_f32(0.0 / 0.0);
    from_f64(-0.9);
    from_f64(255.999);
    from_f64(4294967295.5);
    from_f64(1e300);
    from_f64(-1e300);
    from_f64(0.0 / 0.0);
    from_bool(true);
    from_bool(false);
    from_char('A');
    from_char('\u{1F600}');
    show((65u8 as char) as u32 as i128);
    show((255u8 as char) as u32 as i128);
    plain(Plain::A);
    plain(Plain::B);
    plain(Plain::C);
    small(Small::Low);
    small(Small::Next);
    small(Small::High);
    show(Wide::Big as u64 as i128);
    pointers(&42);
}
