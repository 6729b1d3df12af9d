// What cfg leaves out means nothing, but has to be Rust all the same.
#[cfg(no)]
mod outer {
    fn means() -> Nothing { nothing }
    fn no_body();
    mod inner {
        const VALUE: u8 = ; //~ ERROR - -- expected expression, found `;`
    }
}
