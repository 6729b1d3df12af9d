#![feature(negative_impls, auto_traits, dropck_eyepatch)]
// Impls are `unsafe` where their traits are, and nowhere else.
unsafe trait Promise {}
unsafe trait Generic<A> {}
trait Plain {}
unsafe auto trait Auto {}
auto trait PlainAuto {}
struct A;
struct B;
struct C;

unsafe impl Promise for A {}
impl Promise for B {} //~ ERROR E0200 -- the trait `Promise` requires
impl !Promise for C {}

unsafe impl Generic<u8> for A {}
impl Generic<i32> for A {} //~ ERROR E0200 -- the trait `Generic<i32>` requires

impl Plain for A {}
unsafe impl Plain for B {} //~ ERROR E0199 -- implementing the trait `Plain` is not unsafe
impl !Plain for C {}

unsafe impl Auto for A {}
impl Auto for B {} //~ ERROR E0200
impl !Auto for C {}
unsafe impl PlainAuto for A {} //~ ERROR E0199

use core::ops::Drop;
struct Held<T>(T);
unsafe impl<#[may_dangle] T> Drop for Held<T> {
    fn drop(&mut self) {}
}
