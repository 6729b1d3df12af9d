#![feature(negative_impls)]
// A negative impl cannot be `unsafe`.
struct S;
trait Plain {}
unsafe impl !Plain for S {} //~ ERROR E0198
