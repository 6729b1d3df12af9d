// Parameters that are not configured are not there.
#[cfg(any())]
struct Missing;

fn function(#[cfg(any())] x: i32, y: i32) {
    x; //~ ERROR E0425
    y;
}
extern "C" {
    fn foreign(#[cfg(any())] x: Missing, y: i32);
}
struct S<#[cfg(any())] T, U>(U);
impl<#[cfg(any())] 'a, #[cfg(all())] T> S<T> {
    fn method(#[cfg(all())] &self, #[cfg(any())] x: Missing) {}
}
fn generic<#[cfg(any())] T, #[cfg(not(any()))] T>(t: T) -> T {
    t
}
fn absent<#[cfg(any())] T>(t: T) {} //~ ERROR E0425
fn body<#[cfg(any())] T, U>() {
    let t: T; //~ ERROR E0425
}
fn calls(s: &S<u8>) {
    function(1);
    function(1, 2); //~ ERROR E0061
    unsafe { foreign(1) };
    s.method();
    generic(1u8);
    let pointer: fn(#[cfg(any())] Missing, i32) = function;
    pointer(1);
}
