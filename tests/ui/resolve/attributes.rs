// Attributes that are none, and those of unstable features.
#[nothing] //~ ERROR - -- cannot find attribute `nothing` in this scope
fn f() {}
#[nowhere::nothing] //~ ERROR E0433
mod m {
    #[thread_local] //~ ERROR E0658
    static X: u8 = 1;
}
#[marker] //~ ERROR E0658 -- the `#[marker]` attribute is an experimental feature
trait Fixed {}
#[fundamental] //~ ERROR E0658
struct Wide;
impl Wide {
    #[nothing] //~ ERROR -
    fn f() {
        #[optimize(size)] //~ ERROR E0658
        fn g() {}
    }
}
#[rustfmt::skip]
#[inline]
fn h() {}
