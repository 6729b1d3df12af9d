// Parts that an item must have or must not have are asked for where the item stands in the program.
fn no_body(); //~ ERROR - -- free function without a body
const NO_VALUE: u8; //~ ERROR - -- free constant item without body
extern "C" {
    fn has_body() {} //~ ERROR - -- incorrect function inside `extern` block
    #[cfg(no)]
    fn left_out() {}
}

#[cfg(no)]
fn left_out();
