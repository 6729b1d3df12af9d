#![feature(no_core)] // rscc only
#![no_core] // rscc only
extern crate minicore; // rscc only
use minicore::*; // rscc only

// Structs by value to and from the C library, callbacks, many arguments, variadic calls with floats and integers mixed.
extern "C" {
    fn printf(format: *const u8, ...) -> i32;
    fn snprintf(to: *mut u8, size: usize, format: *const u8, ...) -> i32;
    fn div(a: i32, b: i32) -> Div;
    fn ldiv(a: i64, b: i64) -> LDiv;
    fn abs(x: i32) -> i32;
    fn toupper(c: i32) -> i32;
    fn frexp(x: f64, e: *mut i32) -> f64;
    fn bsearch(key: *const i32, base: *const i32, n: usize, size: usize, compare: extern "C" fn(*const i32, *const i32) -> i32) -> *const i32;
    fn atoi(s: *const u8) -> i32;
    fn strtol(s: *const u8, end: *mut *const u8, base: i32) -> i64;
}

#[repr(C)]
struct Div {
    quot: i32,
    rem: i32,
}

#[repr(C)]
struct LDiv {
    quot: i64,
    rem: i64,
}

fn show(x: i64) {
    unsafe {
        printf("%lld\n\0" as *const str as *const u8, x);
    }
}

extern "C" fn compare(a: *const i32, b: *const i32) -> i32 {
    unsafe { *a - *b }
}

extern "C" fn eight(a: i32, b: i64, c: u8, d: f64, e: i16, f: f32, g: u64, h: i8, i: i32, j: f64) -> f64 {
    a as f64 + b as f64 + c as f64 + d + e as f64 + f as f64 + g as f64 + h as f64 + i as f64 + j
}

#[no_mangle]
extern "C" fn exported_by_name(x: i32) -> i32 {
    x * 3
}

mod other {
    extern "C" {
        pub fn exported_by_name(x: i32) -> i32;
    }
}

fn main() {
    unsafe {
        let d = div(17, 5);
        show(d.quot as i64 * 10 + d.rem as i64);
        let l = ldiv(-170000000000, 7);
        show(l.quot * 10 + l.rem);
        show(abs(-5) as i64 + toupper('q' as i32) as i64);
        let mut e = 0;
        let m = frexp(48.0, &mut e);
        show((m * 1000.0) as i64 + e as i64);
        let table = [1, 3, 5, 7, 9, 11];
        let found = bsearch(&7, &table[0], 6, 4, compare);
        show((found as usize - &table[0] as *const i32 as usize) as i64);
        show((bsearch(&8, &table[0], 6, 4, compare) as usize) as i64);
        show(eight(1, 2, 3, 4.5, -5, 6.25, 7, -8, 9, 10.125) as i64);
        let f = eight as extern "C" fn(i32, i64, u8, f64, i16, f32, u64, i8, i32, f64) -> f64;
        show((f(10, 20, 30, 40.0, 50, 60.0, 70, 80, 90, 100.0) * 2.0) as i64);
        show(other::exported_by_name(14) as i64);
        let mut text = [0u8; 64];
        let n = snprintf(&mut text[0], 64, "%d|%s|%.2f|%c|%llu|%5.1e|%x\0" as *const str as *const u8, -7, "abc\0" as *const str as *const u8, 3.14159, 'z' as u32, 18446744073709551615u64, 12345.678, 255u32);
        printf("%d %s\n\0" as *const str as *const u8, n, &text[0] as *const u8);
        printf("%d %d %d %d %d %d %d %d\n\0" as *const str as *const u8, 1, 2, 3, 4, 5, 6, 7, 8);
        printf("%g %g %g %g %g %g %g %g %g %g\n\0" as *const str as *const u8, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.5);
        show(atoi("42abc\0" as *const str as *const u8) as i64);
        let mut end = 0 as *const u8;
        show(strtol("ff zz\0" as *const str as *const u8, &mut end, 16));
        show(*end as i64);
    }
}
