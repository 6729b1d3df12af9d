#![feature(no_core)] // rscc only
#![no_core] // rscc only
extern crate minicore; // rscc only
use minicore::*; // rscc only

// Modules: globs, renames, re-exports, visibility, shadowing of globs.
extern "C" {
    fn printf(f: *const u8, ...) -> i32;
}
fn p(x: i64) {
    unsafe {
        printf("%lld\n\0" as *const str as *const u8, x);
    }
}
mod a {
    pub mod b {
        pub fn f() -> i64 { super::g() + self::h() + crate::top() }
        fn h() -> i64 { 1 }
        pub(in crate::a) fn ina() -> i64 { 2 }
        pub(super) struct Priv {
            pub(crate) x: i64,
            y: i64,
        }
        impl Priv {
            pub fn new() -> Self { Priv { x: 1, y: 2 } }
            pub(super) fn y(&self) -> i64 { self.y }
        }
        pub struct Pub(pub i64, i64);
        impl Pub {
            pub const fn mk(b: i64) -> Pub { Pub(10, b) }
            pub fn sec(&self) -> i64 { self.1 }
        }
        pub enum E {
            A,
            B(i64),
        }
    }
    fn g() -> i64 {
        let p = b::Priv::new();
        p.x + p.y() + b::ina()
    }
    pub use self::b::{Pub, E as Enum, E::*};
    pub(crate) use super::c::shadow as cs;
    pub use super::c::*;
    pub use b as bb;
    pub fn shadow() -> i64 { 50 }
}
mod c {
    pub fn shadow() -> i64 { 60 }
    pub fn only() -> i64 { 61 }
    pub const K: i64 = 62;
    pub static ST: i64 = 63;
    pub type T = super::a::b::Pub;
    pub trait Tr {
        fn tr(&self) -> i64 { 64 }
    }
    impl Tr for i64 {}
    impl Tr for super::a::Enum {
        fn tr(&self) -> i64 {
            match self {
                crate::a::A => 1,
                Self::B(x) => *x,
            }
        }
    }
    pub mod prelude {
        pub use super::Tr as _;
        pub use super::{only, K as KK, *};
        pub use crate::a::b::{self as bmod};
        pub(crate) use crate::top as ttop;
    }
}
fn top() -> i64 { 7 }
use self::a::cs;
use a::{bb::f as bf, Enum::B as EB, Pub};
use c::prelude::*;
mod x {
    pub struct S;
    pub fn S2() -> i64 { 1 }
    pub mod s {
        pub fn q() -> i64 { 9 }
    }
}
mod y {
    use super::*;
    pub fn t() -> i64 { top() + cs() }
    pub mod z {
        use super::super::a::*;
        pub fn u() -> i64 { shadow() + only() }
        pub fn v() -> i64 {
            use super::super::c::shadow;
            shadow()
        }
        pub fn w() -> i64 {
            fn shadow() -> i64 { 1 }
            {
                use super::super::c::*;
                shadow()
            }
        }
    }
}
fn main() {
    p(bf());
    p(a::shadow());
    p(cs());
    p(only());
    p(KK + K);
    p(ST);
    let t: T = Pub::mk(3);
    p(t.0 + t.sec());
    p(5i64.tr());
    p(EB(9).tr() + a::A.tr());
    p(ttop());
    p(bmod::f());
    p(y::t());
    p(y::z::u());
    p(y::z::v());
    p(y::z::w());
    {
        use x::*;
        p(S2());
    }
    let a = 5;
    p(a);
    p(a::bb::Pub::mk(1).0);
    match EB(4) {
        a::Enum::A => {}
        crate::a::b::E::B(n) => p(n),
    }
}
