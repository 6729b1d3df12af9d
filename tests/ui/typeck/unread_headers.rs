// Nothing follows from a function whose header could not be read: it takes and gives anything.
fn broken broken(a: u8) -> u8 { //~ ERROR -
    1
}
fn calls() -> u16 {
    broken();
    broken(1, 2, 3)
}
