#![feature(no_core)]#![no_core]
mod m {
    pub struct G<T>(pub T);
    impl<T> G<T> { pub fn new(t: T) -> Self { Self(t) } pub const N: usize = 3; }
    pub trait Tr { type Out; fn go(&self) -> Self::Out; fn made() -> Self; }
    pub mod deep { pub fn f() { super::super::top(); self::g(); crate::top(); } fn g() {} }
    pub static mut COUNTER: u32 = 0;
}
use m::{G, Tr as T2};
fn top() {}
impl T2 for i32 { type Out = u8; fn go(&self) -> u8 { 0 } fn made() -> Self { 1 } }
fn uses<'a, T: T2<Out = u8>, const N: usize>(t: &'a T, g: G<[T; N]>, h: G<u8>) -> <T as T2>::Out where G<T>: Copy2, T: 'a {
    let v = G::<i32>::new(3);
    let w = G(4).0;
    let n = G::<u8>::N + N;
    let a = [0u8; N];
    let b = [0; 2 + 1];
    let c = <T>::made();
    let d = <i32 as T2>::made();
    let e = m::Tr::go(&1);
    let f = i32::made();
    let k: T::Out = t.go();
    unsafe { m::COUNTER = 1 };
    m::deep::f();
    v.0.go::<u8>();
    k
}
trait Copy2 {}
extern "C" { fn printf(format: *const u8, ...) -> i32; safe fn abs(n: i32) -> i32; static environ: *const u8; }
