#![feature(no_core)] // rscc only
#![no_core] // rscc only
extern crate minicore; // rscc only
use minicore::*; // rscc only

// Every operator on every width of integer, with values at the borders that do not overflow.
extern "C" {
    fn printf(format: *const u8, ...) -> i32;
}

fn show(x: i128) {
    unsafe {
        printf("%016llx%016llx\n\0" as *const str as *const u8, (x >> 64) as u64, x as u64);
    }
}

fn flag(b: bool) {
    unsafe {
        printf("%d\n\0" as *const str as *const u8, b as i32);
    }
}

macro_rules! arithmetic {
    ($name:ident $t:ty) => {
        fn $name(a: $t, b: $t, s: u32) {
            show((a / b) as i128);
            show((a % b) as i128);
            show((a & b) as i128);
            show((a | b) as i128);
            show((a ^ b) as i128);
            show((!a) as i128);
            show((a >> s) as i128);
            show((a << s) as i128);
            show((a / 2 + b / 2) as i128);
            show((if a / 2 > b / 2 { a / 2 - b / 2 } else { b / 2 - a / 2 }) as i128);
            show((a / 8 * 3) as i128);
            flag(a == b);
            flag(a != b);
            flag(a < b);
            flag(a <= b);
            flag(a > b);
            flag(a >= b);
            let mut c = a / 4;
            c += 3;
            c -= 1;
            c *= 2;
            c /= 3;
            c %= 100;
            c &= 63;
            c |= 8;
            c ^= 5;
            c <<= 1;
            c >>= 2;
            show(c as i128);
        }
    };
}

arithmetic! { op_i8 i8 }
arithmetic! { op_i16 i16 }
arithmetic! { op_i32 i32 }
arithmetic! { op_i64 i64 }
arithmetic! { op_i128 i128 }
arithmetic! { op_isize isize }
arithmetic! { op_u8 u8 }
arithmetic! { op_u16 u16 }
arithmetic! { op_u32 u32 }
arithmetic! { op_u64 u64 }
arithmetic! { op_u128 u128 }
arithmetic! { op_usize usize }

macro_rules! negation {
    ($name:ident $t:ty) => {
        fn $name(a: $t) {
            show((-a) as i128);
            show((-(-a)) as i128);
        }
    };
}
negation! { neg_i8 i8 }
negation! { neg_i16 i16 }
negation! { neg_i32 i32 }
negation! { neg_i64 i64 }
negation! { neg_i128 i128 }
negation! { neg_isize isize }

fn bools(a: bool, b: bool) {
    flag(a & b);
    flag(a | b);
    flag(a ^ b);
    flag(!a);
    flag(a && b);
    flag(a || b);
    flag(a == b);
    flag(a != b);
    flag(a < b);
    flag(a >= b);
}

fn chars(a: char, b: char) {
    flag(a == b);
    flag(a < b);
    flag(a >= b);
    show(a as u32 as i128);
}

fn main() {
    op_i8(-128, 7, 3);
    op_i8(127, -2, 1);
    op_i16(-32768, 77, 5);
    op_i16(32767, -12, 9);
    op_i32(-2147483648, 1234, 17);
    op_i32(2147483647, -77, 2);
    op_i64(-9223372036854775808, 123456789, 40);
    op_i64(9223372036854775807, -3, 33);
    op_i128(-170141183460469231731687303715884105728, 10000000000000000000000007, 100);
    op_i128(170141183460469231731687303715884105727, -5, 64);
    op_isize(-9223372036854775808, 11, 7);
    op_isize(9223372036854775807, -1000000007, 61);
    op_u8(255, 7, 3);
    op_u8(200, 201, 7);
    op_u16(65535, 77, 5);
    op_u16(1, 65535, 15);
    op_u32(4294967295, 1234, 17);
    op_u32(3000000000, 3000000001, 31);
    op_u64(18446744073709551615, 123456789, 40);
    op_u64(9223372036854775808, 9223372036854775809, 63);
    op_u128(340282366920938463463374607431768211455, 10000000000000000000000007, 100);
    op_u128(170141183460469231731687303715884105728, 3, 127);
    op_usize(18446744073709551615, 11, 7);
    op_usize(5, 18446744073709551615, 1);
    neg_i8(127);
    neg_i16(-32767);
    neg_i32(2147483647);
    neg_i64(-9223372036854775807);
    neg_i128(170141183460469231731687303715884105727);
    neg_isize(5);
    bools(false, false);
    bools(false, true);
    bools(true, false);
    bools(true, true);
    chars('a', 'b');
    chars('\u{10FFFF}', 'é');
}
