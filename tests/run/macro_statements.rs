#![feature(no_core)] // rscc only
#![no_core] // rscc only
extern crate minicore; // rscc only
use minicore::*; // rscc only

// Statement fragments need no semicolon behind them.
extern "C" {
    fn printf(f: *const u8, ...) -> i32;
}
fn p(x: i64) {
    unsafe {
        printf("%lld\n\0" as *const str as *const u8, x);
    }
}
macro_rules! two { ($a:stmt, $b:stmt) => { $a $b p(1); }; }
macro_rules! semi { ($($a:stmt;)*) => { $($a;)* }; }
macro_rules! tail {
    ($a:stmt) => {{
        $a
    }};
}
macro_rules! f { ($n:ident $a:stmt) => { fn $n() -> i64 { $a let y = 3; y } } }
f!(g p(5));
f!(h let z = 4);
fn main() {
    let mut q = 1;
    two!(q += 1, let k = q);
    two!(
        if q > 0 {
            p(k)
        },
        p(q)
    );
    semi! { let a = 1; p(a); q = a; }
    p(tail!(q + 5));
    p(g() + h());
}
