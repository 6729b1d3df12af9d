// Of a body with a part that cannot be parsed only that is reported; items in it are still there.
fn tail() -> u8 { 1 + } //~ ERROR - -- expected expression, found `}`
fn arm(x: u8) -> u8 { match x { 1 => } } //~ ERROR - -- expected expression, found `}`
fn condition() -> u8 { while } //~ ERROR - -- expected expression, found `}`
fn variable() -> u8 {
    let y: u8 = 1 +; //~ ERROR - -- expected expression, found `;`
    y
}
fn pattern() -> u8 {
    let = 3; //~ ERROR - -- expected pattern, found `=`
    y
}
fn items() -> u8 {
    struct Inner;
    fn inner() -> Inner { Inner }
    fn wrong() -> Inner { 1u8 } //~ ERROR E0308
    1 +
    ; //~ ERROR - -- expected expression, found `;`
}
fn other() -> u8 { true } //~ ERROR E0308
