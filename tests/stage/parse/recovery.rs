fn broken() {
    let x = (1, [2;
}
fn whole() {
    let y = 1;
}
mod m {
    fn inner() { if a { b }
    fn next() {}
}
fn last() { 1 }
