#![feature(no_core)] // rscc only
#![no_core] // rscc only
extern crate minicore; // rscc only
use minicore::*; // rscc only

// Float arithmetic, comparisons and the float forms of C's variadic calls.
extern "C" {
    fn printf(format: *const u8, ...) -> i32;
}

fn show(x: f64) {
    unsafe {
        printf("%.17g\n\0" as *const str as *const u8, x);
    }
}

macro_rules! float {
    ($name:ident $t:ty) => {
        fn $name(a: $t, b: $t) {
            show((a + b) as f64);
            show((a - b) as f64);
            show((a * b) as f64);
            show((a / b) as f64);
            show((a % b) as f64);
            show((-a) as f64);
            show((a == b) as i32 as f64);
            show((a != b) as i32 as f64);
            show((a < b) as i32 as f64);
            show((a <= b) as i32 as f64);
            show((a > b) as i32 as f64);
            show((a >= b) as i32 as f64);
            let mut c = a;
            c += b;
            c *= 2.0;
            c -= 1.0;
            c /= 3.0;
            c %= 7.0;
            show(c as f64);
        }
    };
}
float! { single f32 }
float! { double f64 }

const RATIO: f64 = 355.0 / 113.0;
const TINY: f32 = 1.5e-3;

fn main() {
    single(1.5, 0.25);
    single(-3.25e10, 7.5);
    single(1.0, 0.0);
    single(0.0, 0.0);
    double(1.5, 0.1);
    double(-1e308, 1e308);
    double(5.0, -0.0);
    show(RATIO);
    show(TINY as f64);
    show(-RATIO);
    unsafe {
        printf("%d %.3f %s %c %lld %u\n\0" as *const str as *const u8, -5, 2.5, "text\0" as *const str as *const u8, 'x' as u32, 123456789012i64, 4000000000u32);
    }
}
