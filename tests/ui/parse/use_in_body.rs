// An item of a body.
fn f() {
    use a b; //~ ERROR - -- expected one of `::`, `;`, or `as`, found `b`
}
