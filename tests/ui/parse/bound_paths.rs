// `+` stands behind paths only; what a pointer to a function and a type cannot be.
struct Holder<T>(T);
trait Trait {}
fn pointer(_: Holder<fn() -> u8 + Send>) {} //~ ERROR E0178 -- expected a path on the left-hand side of `+`
fn parenthesized(_: Holder<(u8, u8) + Send>) {} //~ ERROR E0178 -- expected a path on the left-hand side of `+`
fn of_typeof(_: typeof(1)) {} //~ ERROR E0516 -- `typeof` is a reserved keyword but unimplemented
type Pointer = const fn(); //~ ERROR - -- an `fn` pointer type cannot be `const`
type Unawaited = async unsafe fn(); //~ ERROR - -- an `fn` pointer type cannot be `async`
