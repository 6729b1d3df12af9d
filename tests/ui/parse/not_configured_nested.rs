// Left out of a body.
fn main() {
    #[cfg(no)]
    fn nested() { 1 + } //~ ERROR - -- expected expression, found `}`
}
