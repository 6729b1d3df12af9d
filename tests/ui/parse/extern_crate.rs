// Without its semicolon.
extern crate self as own //~ ERROR - -- expected `;`, found keyword `fn`
fn f() {}
