// Lifetimes stand before types and constants, defaults behind what has none.
struct S<T, 'a>(&'a T); //~ ERROR - -- lifetime parameters must be declared prior
fn f<const N: usize, 'a, T, 'b: 'a>(x: &'a T, y: &'b T) {} //~ ERROR - -- lifetime parameters
trait Tr<T, 'a> {} //~ ERROR - -- lifetime parameters must be declared prior
impl<T, 'a> Tr<'a, T> for u8 {} //~ ERROR - -- lifetime parameters must be declared prior
struct Good<'a, const N: usize, T>(&'a [T; N]);
fn absent<#[cfg(any())] T, 'a, U>(x: &'a U) {}

struct D<T = i32, U>(T, U); //~ ERROR - -- generic parameters with a default must be trailing
struct E<A, T = i32, U = A>(A, T, U);
