//! Inner documentation.
#![feature(a, b)]
#![doc = "text"]
use a; use ::a::b as c; use a::{b, c::{self, d as _}, *,}; use ::{a, b}; use ::*; use {}; use a::{}; use self::r#fn; pub(crate) use super::x;
extern crate a; extern crate self as b; extern crate c as _; #[macro_use] extern crate d;
mod m; pub mod n { #![allow(x)] fn f() {} mod o {} }
pub(in a::b) fn a() {} pub(self) fn b() {} pub(super) fn c() {} crate::m!(); m! { a }
const A: u8 = 1; const _: () = {}; pub const B<T>: usize where T: C = 2; static S: T = 1; static mut M: T = 2;
#[derive(A, B)] #[repr(C)] #[unsafe(no_mangle)] #[a = include_str!("x")] #[a::b { c }] #[d[e]]
pub struct U; struct V(pub A, #[a] B, pub (C, D)) where A: B; struct W<'a, T: ?Sized> where T: A { a: A, #[b] pub(crate) c: &'a T, unsafe d: D, e: u8 = 1 } struct X {}
struct Y where; struct Z();
enum E { A, #[b] B(C, D), F { g: G, }, H = 1 + 1, I() = 2, J {} = 3, } enum N {} union O<T> { a: T, b: u8 }
pub unsafe auto trait A {} const trait B: C + 'static + ?Sized where Self: D { const E: u8; const F: u8 = 1; type G; type H<'a>: I + 'a where Self: 'a; type J = K; fn l(&self); fn m() {} n!(); o! {} }
trait P = Q + R where S: T; pub trait W<T = Self> { #![inner] }
impl A {} impl<T> A for B<T> where T: C {} unsafe impl A for B {} impl !A for B {} impl const A for B {} default impl A for B {} impl<'a, const N: usize> const A<'a> for [u8; N] {} impl <A as B>::C {} impl A for ! {} const impl D for E {}
impl X { #![inner] pub const A: u8 = 1; type B = C; default fn d() {} default const E: u8 = 1; default type F = G; #[a] pub(crate) async fn h(self) {} }
extern "C" { fn a(x: u8, ...) -> u8; static B: u8; type C; pub safe fn d(); unsafe static mut E: u8; m!(); } unsafe extern {} extern "C-unwind" {}
const async unsafe extern "C" fn f<'a, T>(self: &Self, mut a: T, #[b] (c, d): (C, D), _: E, ...) -> F where T: 'a { #![inner] nested(); fn nested() { mod deep {} } #[a] struct Inside; inner!() }
gen fn g() {} async gen fn h() {} extern fn i() {} safe fn j() {}
impl S { fn a(self) {} fn b(mut self) {} fn c(&self) {} fn d(&mut self) {} fn e<'a>(&'a self) {} fn f<'a>(&'a mut self) {} fn g(self: Box<Self>) {} fn h(mut self: T, a: ()) {} fn i(#[a] &self) {} }
type A = B; type C<T> where T: D = E; type F<T> = G where T: H; type I: J = K;
macro_rules! m { ($a:expr, $(b),* $(,)?) => { $crate::n!($a => $($b)*) }; () => {} } macro_rules! n (() => {};); macro n($a:expr) { $a + 1 } macro o { ($b:ty) => { $b }, () => {} }
/// Of a function.
/** And a block
    of two lines. */
#[a]
/// Between attributes.
#[b] /// Behind them.
fn documented(/** of a parameter */ a: u8) {
    //! Inside.
    /// Of a statement.
    let x = match y {
        /// Of an arm.
        _ => 1,
    };
    /// Of an item.
    fn nested() {}
}
/// Of a struct.
struct Documented {
    /// Of a field.
    pub a: u8,
    #[b] /// Behind an attribute.
    c: u8,
}
mod documented {
    //! Of the module.
    /// Of a use.
    use a;
}
enum Variants {
    /// Of a variant.
    A,
    B(/** of a field */ u8),
}

impl Pinned {
    fn shared(self: &Self) {}
    fn pinned<'a>(&'a pin const self) {}
    fn pinned_mut(&pin mut self) {}
}
