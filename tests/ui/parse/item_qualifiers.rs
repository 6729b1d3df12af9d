// Qualifiers that an item cannot have.
struct S;
unsafe impl S {} //~ ERROR E0197 -- inherent impls cannot be unsafe

macro_rules! item {
    () => {};
}
pub item!(); //~ ERROR - -- can't qualify macro invocation with `pub`
pub macro_rules! other { //~ ERROR - -- can't qualify macro_rules invocation with `pub`
    () => {};
}

mod place {}
pub (place) fn visible() {} //~ ERROR E0704 -- incorrect visibility restriction
pub struct Fields(pub (u8, u8));

enum E {
    A,
    struct Inner { a: u8 }, //~ ERROR - -- `struct` definition cannot be nested inside `enum`
}

impl S {
    fn pointer(*mut self) {} //~ ERROR - -- cannot pass `self` by raw pointer
    fn behind(a: u8, self) {} //~ ERROR - -- unexpected `self` parameter in function
}

fn index(s: (u8,)) -> u8 {
    s.0u8 //~ ERROR - -- suffixes on a tuple index are invalid
}
