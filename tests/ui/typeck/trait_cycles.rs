#![feature(auto_traits, negative_impls)]
// A goal that is its own premise holds only if every goal on the way is one of auto traits.
unsafe auto trait Safe {}
impl<T: ?Sized> !Safe for *const T {}

trait Through {}
impl<T: Safe> Through for T {}
struct Ring<T> {
    pointer: *const T,
}
unsafe impl<T> Safe for Ring<T> where Ring<T>: Through {}

struct List<T> {
    head: T,
    rest: *mut List<T>,
}
unsafe impl<T: Safe> Safe for List<T> {}
struct Tree {
    left: Branch,
}
struct Branch {
    tree: *mut Tree,
}

fn need<T: Safe>() {}

fn holds() {
    need::<List<Tree>>();
    need::<Tree>();
}

fn fails() {
    need::<Ring<u8>>(); //~ ERROR E0275
}
