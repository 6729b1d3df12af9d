// Imports that can mean nothing, and lists that import nothing.
use ::*; //~ ERROR - -- cannot glob-import all possible crates
use ::{*}; //~ ERROR - -- cannot glob-import all possible crates
use crate::*; //~ ERROR E0432 -- unresolved import `crate::*`
use ::crate::a; //~ ERROR E0433 -- global paths cannot start with `crate`
use missing::{}; //~ ERROR E0432 -- unresolved import `missing`
use a::{};
use a::missing::{}; //~ ERROR E0432 -- unresolved import `a::missing`
use u8::{};
use {};
mod a {
    use super::a::*; //~ ERROR E0432 -- unresolved import `super::a::*`
    pub fn f() {
        use super::a::*;
    }
}
mod b {
    extern crate self; //~ ERROR - -- `extern crate self;` requires renaming
    extern crate self as own;
    pub fn f() {
        own::a::f()
    }
}
