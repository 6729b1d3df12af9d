// Types: finite, their parameters used, their fields distinct.
struct List { //~ ERROR E0072
    next: List,
}
struct Behind<'a> {
    next: &'a Behind<'a>,
    raw: *const Behind<'a>,
}
enum Tree { //~ ERROR E0072
    Leaf,
    Node(Tree, (u8, Tree)),
}
struct Ping { //~ ERROR E0072
    pong: Pong,
}
struct Pong {
    pings: [Ping; 2],
}
struct Unused<T> { //~ ERROR E0392
    x: u8,
}
struct UnusedLifetime<'a> { //~ ERROR E0392
    x: u8,
}
struct Used<T, const N: usize> {
    x: *const T,
}
struct Twice {
    a: u8,
    a: u16, //~ ERROR E0124
}
enum Numbers { //~ ERROR E0081
    One = 1,
    Also = 1,
    Three = 3,
}
struct Bad {
    x: Missing<u8>, //~ ERROR E0107
    y: Wants, //~ ERROR E0107
    z: u8<u8>, //~ ERROR E0109
    v: Wants<u8>,
}
struct Missing;
struct Wants<T>(T);
type Alias = Wants<u8, u16>; //~ ERROR E0107
fn signature(x: Wants, y: [Wants<u8>; 2]) -> &u8 { //~ ERROR E0106 E0107
    loop {}
}
fn placeholder() -> _ { //~ ERROR E0121
    1
}
const GUESS: _ = 1; //~ ERROR E0121
trait Has {
    type Item;
    fn one(&self) -> Self::Item;
    fn two(&self) -> Self::Other; //~ ERROR E0220
}
fn assoc<T: Has>(t: T) -> T::Item {
    t.one()
}
fn no_assoc<T: Has>(t: T) -> T::Nope { //~ ERROR E0220
    loop {}
}
fn ambiguous(x: u8::Item) {} //~ ERROR E0223
fn elided(x: &u8, y: &u16) -> &u8 { //~ ERROR E0106
    loop {}
}
fn elided_fine<'a>(x: &'a u8, y: *const u8) -> &u8 {
    x
}
