#![feature(no_core)]#![no_core]
struct S { a: i32 }
struct T(i32);
enum E { A, B(i32), C { x: i32 } }
trait Tr { fn m(); }
macro_rules! m { ($a:expr) => { $a }; }
fn names() { undefined; undefined(); Undefined(); undefined::x(); Undefined::x(); S; T::<u8>(1); names { }; E::C; self.a; }
fn types(a: Missing, b: names, c: E::A, d: &'a u8) -> Self { 1 }
fn patterns() { match 1 { (a, a) => {}, A | b => {}, T => {}, S(x) => {}, names(y) => {}, Missing {} => {}, E::Z => {} } }
fn labels() { break; 'l: loop { break 'm; || { break 'l } } while true { break 1; } 'b: { break; } }
fn scopes<G>() { let n = 1; let a = [0; n]; fn inner(g: G) -> i32 { n } const K: i32 = n; }
fn params(a: i32, a: i32) {}
fn generics<A, A>() {}
impl Missing2 for S {}
impl S { fn f() { self; m!(); m!(1 2); unknown!(); } }
fn literals() { 1i33; 2foo; 1.0u8; "x"y; 999999999999999999999999999999999999999999; }
fn unsupported() { for i in 0..3 {} let x = f()?; async {}; }
fn f() -> i32 { _ = 1; _ }
