#![feature(no_core)]#![no_core]
macro_rules! max { ($x:expr) => { $x }; ($x:expr, $($rest:expr),+) => {{ let a = $x; let b = max!($($rest),+); if a > b { a } else { b } }} }
macro_rules! swap { ($a:ident, $b:ident) => { let t = $a; $a = $b; $b = t; } }
macro_rules! make { ($($v:vis fn $n:ident = $e:expr;)*) => { $($v fn $n() -> i32 { $e })* } }
macro_rules! list { ($($t:ty),* ; $p:pat) => { fn typed(t: ($($t),*)) { let $p = t; } } }
macro_rules! maker { ($name:ident) => { macro_rules! $name { ($y:expr) => { $y + $crate::one() } } } }
maker!(plus_one);
make! { pub fn one = 1; fn two = { let t = 2; t }; }
list!(i32, u8; (a, b));
fn hygiene() -> i32 {
    let mut t = 1;
    let mut u = 2;
    swap!(t, u);
    let m = max!(t, u, 3);
    plus_one!(m) * two()
}
macro_rules! looping { ($body:block) => { 'l: loop { $body break 'l; } } }
fn labels() { 'l: loop { looping!({ break 'l }); } }
