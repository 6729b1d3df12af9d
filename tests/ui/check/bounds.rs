// Headers whose types need something that does not hold.
trait Mark {}
struct Needs<T: Mark>(T);
struct Yes;
struct No;
impl Mark for Yes {}

struct Field {
    good: Needs<Yes>,
    bad: Needs<No>, //~ ERROR E0277
}
struct Generic<T: Mark> {
    good: Needs<T>,
}
struct Open<T> {
    bad: Needs<T>, //~ ERROR E0277
}
struct Middle {
    bad: [u8], //~ ERROR E0277
    last: [u8],
}
enum Unsized {
    A(str), //~ ERROR E0277
}
fn input(x: Needs<No>) {} //~ ERROR E0277
fn output() -> Needs<No> { //~ ERROR E0277
    loop {}
}
const C: Option<Needs<No>> = Option::None; //~ ERROR E0277
enum Option<T> {
    None,
    Some(T),
}
impl Mark for Needs<No> {} //~ ERROR E0277

trait Base {
    type Item: Mark;
}
trait Derived: Base {}
impl Derived for Yes {} //~ ERROR E0277
impl Base for No {
    type Item = No; //~ ERROR E0277
}
impl Derived for No {}
trait Only<T: Mark> {}
impl Only<Yes> for No {}
impl Only<No> for No {} //~ ERROR E0277

fn where_clause<T>(t: T) -> Needs<T>
where
    T: Mark,
{
    Needs(t)
}
fn body() {
    let x: Needs<Yes> = Needs(Yes);
    let y = Needs(No); //~ ERROR E0277
}
