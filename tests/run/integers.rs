#![feature(no_core)] // rscc only
#![no_core] // rscc only
extern crate minicore; // rscc only
use minicore::*; // rscc only

// Each operator of each integer type on values at the edges, in a process of its own because many panic;
// the places of the panics are the macro's call.
extern "C" {
    fn printf(format: *const u8, ...) -> i32;
    fn fflush(file: *mut u8) -> i32;
    fn fork() -> i32;
    fn waitpid(process: i32, status: *mut i32, options: i32) -> i32;
    fn exit(code: i32) -> !;
}

fn put(x: i128) {
    unsafe { printf("%llx:%llx \0" as *const str as *const u8, (x >> 64) as i64, x as i64) };
}

/// True in a new process. The old one goes on when it has ended.
fn is_child() -> bool {
    unsafe {
        fflush(0 as *mut u8);
        let process = fork();
        if process == 0 {
            return true;
        }
        let mut status = 0;
        waitpid(process, &mut status as *mut i32, 0);
        if status != 0 {
            printf("exit %d \0" as *const str as *const u8, status >> 8);
        }
        false
    }
}

macro_rules! isolated {
    ($($value:expr),* $(,)?) => {
        $(
            if is_child() {
                put($value as i128);
                unsafe { exit(0) }
            }
        )*
    };
}

macro_rules! test_type {
    ($name:ident: $t:ident, min $min:expr, max $max:expr $(, neg $neg:tt)?) => {
        fn $name() {
            let values: [$t; 7] = [$min, $max, 0, 1, $max / 2 + 1, !0, 7];
            let mut i = 0;
            while i < 7 {
                let a = values[i];
                isolated!($($neg a,)? !a);
                put(a as i8 as i128 + a as u16 as i128 + a as i32 as i128 + a as u64 as i128);
                put(a as f32 as i128 ^ a as f64 as i64 as i128);
                let mut j = i % 3;
                while j < 7 {
                    let b = values[j];
                    let order = (a < b) as u8 + (a <= b) as u8 * 2 + (a > b) as u8 * 4 + (a >= b) as u8 * 8;
                    put((a & b) as i128 ^ ((a | b) as i128) << 1 ^ ((a ^ b) as i128) << 2 ^ order as i128);
                    isolated!(a + b, a - b, a * b, a / b, a % b, a << b, a >> b);
                    isolated!({ let mut x = (a, 1u8); x.0 += b; x.0 }, { let mut x = [a; 2]; x[1] -= b; x[1] });
                    isolated!({ let mut x = a; *&mut x *= b; x }, { let mut x = a; x <<= j as u8 * 9; x });
                    j += 3;
                }
                i += 1;
            }
            unsafe { printf("\n\0" as *const str as *const u8) };
        }
    };
}
test_type! { test_i8: i8, min -128, max 127, neg - }
test_type! { test_i16: i16, min -32768, max 32767, neg - }
test_type! { test_i32: i32, min -2147483648, max 2147483647, neg - }
test_type! { test_i64: i64, min -9223372036854775808, max 9223372036854775807, neg - }
test_type! { test_i128: i128, min -170141183460469231731687303715884105728, max 170141183460469231731687303715884105727, neg - }
test_type! { test_isize: isize, min -9223372036854775808, max 9223372036854775807, neg - }
test_type! { test_u8: u8, min 0, max 255 }
test_type! { test_u16: u16, min 0, max 65535 }
test_type! { test_u32: u32, min 0, max 4294967295 }
test_type! { test_u64: u64, min 0, max 18446744073709551615 }
test_type! { test_u128: u128, min 0, max 340282366920938463463374607431768211455 }
test_type! { test_usize: usize, min 0, max 18446744073709551615 }

fn main() {
    test_i8();
    test_i16();
    test_i32();
    test_i64();
    test_i128();
    test_isize();
    test_u8();
    test_u16();
    test_u32();
    test_u64();
    test_u128();
    test_usize();
}
