// Left out of an impl.
struct S;
impl S {
    #[cfg(no)]
    fn means(&self) -> Nothing;
    #[cfg(no)]
    fn method(&self) -> ; //~ ERROR - -- expected type, found `;`
}
