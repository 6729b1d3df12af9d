// Types that go on forever through references: only what patterns look into is looked into.
struct Chain<'a>(&'a Chain<'a>, bool);
enum List<'a> {
    End,
    More(&'a List<'a>, &'a Chain<'a>),
}
fn parameter(c: Chain) {
    let Chain(next, flag) = c;
    let Chain(&Chain(_, inner), ..) = *next;
}
fn cases(c: &Chain, l: List, flag: bool) {
    match (c, flag) { //~ ERROR E0004 -- `(_, false)` not covered
        (_, true) => {}
    }
    match c { //~ ERROR E0004
        Chain(_, false) => {}
        Chain(Chain(_, true), true) => {}
    }
    match l { //~ ERROR E0004
        List::End => {}
        List::More(List::More(..), _) => {}
    }
}
