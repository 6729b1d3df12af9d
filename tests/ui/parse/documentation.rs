// Documentation of nothing.
struct S {
    a: u8 /** after the type */, //~ ERROR E0585 -- found a documentation comment that doesn't document anything
}

fn alone() {
    /// in front of a semicolon //~ ERROR E0585 -- found a documentation comment that doesn't document anything
    ;
}
