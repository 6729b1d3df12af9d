// `where T = U` is syntax that means nothing so far: code that is left out may have it.
fn equal() where u8 = u16 {} //~ ERROR - -- equality constraints are not yet supported in `where` clauses

#[cfg(no)]
fn left_out() where for<'a> &'a u8 == u16, {}

macro_rules! take {
    ($item:item) => {};
}
take! { fn taken() where u8 = u16 {} }
