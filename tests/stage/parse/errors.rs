fn expressions() {
    let a = 1 + ;
    let b = ;
    c d;
    f(1 2);
    if { }
    match x { A => 1 B => 2 }
    a < b < c;
    x.;
    let 1 + 2 = 3;
    let y: = 1;
    1i99; 1.0foo; "s"x; 99999999999999999999999999999999999999999;
    a..=;
    let ok = 1
    let next = 2;
    S { a: 1 b: 2 };
    [1; ];
    'a x;
    good();
}
fn no_body();
fn params(x, y: u8) {}
fn generics<T(x: T) {}
struct Fields { a u8, b: u8 }
struct Unfinished
enum E { A, fn }
const X: u8 = 1
const Y;
static Z: u8;
impl { }
impl S { struct T; let x = 1; fn f(); type T; const C: u8; }
extern "C" { fn f() {} const D: u8; static S: u8 = 1; }
type A;
use a::b
use c::*::d;
foo bar
fn after() {}
pub x: u8;
struct S {};
/// nothing
