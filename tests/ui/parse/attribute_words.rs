// An attribute that cannot be read.
#[inline always] //~ ERROR - -- expected one of `(`, `::`, `=`, `[`, `]`, or `{`, found `always`
fn f() {}
