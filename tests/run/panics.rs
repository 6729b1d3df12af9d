#![feature(no_core)] // rscc only
#![no_core] // rscc only
extern crate minicore; // rscc only
use minicore::*; // rscc only

// Each check of the language, failing in a child process: messages and places on stderr, exit codes on stdout.
extern "C" {
    fn printf(format: *const u8, ...) -> i32;
    fn fflush(file: *const u8) -> i32;
    fn fork() -> i32;
    fn waitpid(pid: i32, status: *mut i32, options: i32) -> i32;
    fn _exit(code: i32) -> !;
}

fn add(a: i32, b: i32) -> i32 {
    a + b
}

fn sub(a: u8, b: u8) -> u8 {
    a - b
}

fn mul(a: i64, b: i64) -> i64 {
    a * b
}

fn mul128(a: i128, b: i128) -> i128 {
    a * b
}

fn umul128(a: u128, b: u128) -> u128 {
    a * b
}

fn div(a: i16, b: i16) -> i16 {
    a / b
}

fn rem(a: i32, b: i32) -> i32 {
    a % b
}

fn neg(a: i8) -> i8 {
    -a
}

fn shl(a: u32, b: u32) -> u32 {
    a << b
}

fn shr(a: i64, b: i32) -> i64 {
    a >> b
}

fn shl128(a: u128, b: u8) -> u128 {
    a << b
}

fn index(a: &[i32; 3], i: usize) -> i32 {
    a[i]
}

fn slice(a: &[i32], i: usize) -> i32 {
    a[
        i
    ]
}

fn assign(a: &mut [i32; 3], i: usize) {
    a[i] += 1;
}

fn assign_add(mut a: u16, b: u16) -> u16 {
    a += b;
    a
}

fn nested(n: u32) -> u32 {
    if n == 0 { n - 1 } else { nested(n - 1) }
}

macro_rules! sum {
    ($a:expr, $b:expr) => {
        0 + $a + $b
    };
}

fn in_macro(a: u64) -> u64 {
    let x = sum!(
        a,
        1
    );
    x
}

fn run(k: i32) -> i64 {
    match k {
        0 => add(2147483647, 1) as i64,
        1 => sub(3, 4) as i64,
        2 => mul(9223372036854775807, 2),
        3 => mul128(170141183460469231731687303715884105727, 2) as i64,
        4 => umul128(340282366920938463463374607431768211455, 2) as i64,
        5 => div(1, 0) as i64,
        6 => div(-32768, -1) as i64,
        7 => rem(1, 0) as i64,
        8 => rem(-2147483648, -1) as i64,
        9 => neg(-128) as i64,
        10 => shl(1, 32) as i64,
        11 => shr(1, -1),
        12 => shl128(1, 128) as i64,
        13 => index(&[1, 2, 3], 3) as i64,
        14 => slice(&[1, 2], 18446744073709551615) as i64,
        15 => {
            assign(&mut [1, 2, 3], 7);
            0
        }
        16 => assign_add(65535, 1) as i64,
        17 => nested(5) as i64,
        18 => in_macro(18446744073709551615) as i64,
        _ => add(1, 2) as i64,
    }
}

fn main() {
    let mut k = 0;
    while k < 20 {
        unsafe {
            fflush(0 as *const u8);
            let pid = fork();
            if pid == 0 {
                let v = run(k);
                printf("%d gives %lld\n\0" as *const str as *const u8, k, v);
                fflush(0 as *const u8);
                _exit(0);
            }
            let mut status = 0;
            waitpid(pid, &mut status, 0);
            printf("%d: %d\n\0" as *const str as *const u8, k, status >> 8);
        }
        k += 1;
    }
}
