//! crate doc
#![no_core]
#![feature(x)]
/// doc
#[lang = "sized"]
pub trait Sized<T>: A<B> where T: C {
    const N: usize = 1;
    type X;
    fn f(&self) -> u8;
    fn g<'a>(self: &'a Self) where Self: Sized { struct Q; impl Q { fn z() {} } 1 }
    m!{}
}
mod a { #![allow(x)] mod b; #[path = "x\n.rs"] pub(in a::b) mod c; pub(crate) mod d {} }
use a::{b::{self as c, d::*}, super::x as _, e}; use ::y; pub use z::*;
pub struct P<T>(T, u8) where T: Copy;
struct U; struct S<const N: usize = { 1 }> { /// d
  x: [u8; N], y: Foo<{ 1 }> }
enum E { #[cfg(x)] A, B(u8) = 1, C { x: u8 }, D = Foo::<1, X>::Y, }
impl<T: Foo<A>> const !Tr<T> for Vec<T> where T: X { fn a() {} }
impl S {}
impl S {}
const X: Vec<u8>= 1 << 2;
const _: () = { fn inner() {} struct Inner { a: u8 } };
static mut Y: u8 = 3;
extern "C" { fn printf(f: *const u8, ...) -> i32; static errno: i32; type T; }
macro_rules! m { /// macro doc
   ($a:expr) => { /// inner
      $a } }
m! { /// call doc
 x }
crate::n!(1, 2);
fn main() -> Foo<{ 1 }> {
   let x = if a { 1 } else { 2 };
   #[inline] fn nested<T>() { fn deep() {} }
   let s = S { x: 1 };
   foo!{ struct NotAnItem; }
   use a::b;
   const { 1 }; unsafe { }
   match x { 1 => {} _ => { enum Z { A } } }
   nested();
}
extern crate foo as bar; extern crate self as me;
type A<T> = B<T>;
union Un { a: u8 } fn union() {}
async unsafe extern "C" fn q() {}
macro m2($x:expr) { $x }
trait Alias = A + B;
