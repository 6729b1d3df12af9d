// Macro definitions are checked where they stand, called or not.
macro_rules! expressions {
    ($x:expr $y:expr) => {}; //~ ERROR - -- `$x:expr` is followed by `$y:expr`, which is not allowed for `expr` fragments
    ($($x:expr)*) => {};
    ($($x:expr),* ; $y:expr) => {};
    ($($x:expr);+ $(+)?) => {}; //~ ERROR - -- `$x:expr` may be followed by `+`, which is not allowed for `expr` fragments
    ($($x:expr)+ ;) => {};
    ($($x:expr $(,)?)+ ;) => {};
    ($($a:expr),* $b:ident) => {}; //~ ERROR - -- `$a:expr` may be followed by `$b:ident`
    (($a:expr) b) => {};
    ($a:expr) => {};
    ($x:expr_2021 $y:ident) => {}; //~ ERROR - -- not allowed for `expr_2021` fragments
    ($x:literal $y:expr a) => {}; //~ ERROR - -- `$y:expr` is followed by `a`
    ($x:stmt $y:tt) => {}; //~ ERROR - -- `$x:stmt` is followed by `$y:tt`
    (($x:expr $(a)?)) => {}; //~ ERROR - -- `$x:expr` may be followed by `a`
    ($($x:expr)=>* $(=> $y:tt)?) => {};
    ($($x:expr)a+) => {}; //~ ERROR - -- `$x:expr` is followed by `a`
}
macro_rules! types {
    ($x:ty +) => {}; //~ ERROR - -- `$x:ty` is followed by `+`
    ($x:path ::) => {}; //~ ERROR - -- `$x:path` is followed by `::`
    ($x:path [a]) => {};
    ($x:path (a)) => {}; //~ ERROR - -- `$x:path` is followed by `(`
    ($x:ty {}) => {};
    ($x:ty $b:block) => {};
    ($x:ty where) => {};
    ($x:ty as) => {};
    ($x:ty >>) => {};
    ($x:ty for) => {}; //~ ERROR - -- `$x:ty` is followed by `for`
}
macro_rules! patterns {
    ($x:pat | $y:pat) => {}; //~ ERROR - -- `$x:pat` is followed by `|`, which is not allowed for `pat` fragments
    ($x:pat_param | $y:pat) => {};
    ($x:pat if) => {};
    ($x:pat = $y:pat in) => {};
    ($x:pat +) => {}; //~ ERROR -
    ($x:pat $y:ident) => {}; //~ ERROR -
    ($x:pat ;) => {}; //~ ERROR -
}
macro_rules! visibilities {
    ($x:vis $y:ident) => {};
    ($x:vis ident) => {};
    ($x:vis priv) => {}; //~ ERROR - -- `$x:vis` is followed by `priv`
    ($x:vis) => {};
    ($x:vis ,) => {};
    ($x:vis $t:ty) => {};
    ($x:vis (a)) => {};
    ($x:vis +) => {}; //~ ERROR - -- `$x:vis` is followed by `+`
}
macro_rules! anything {
    ($a:block $b:item $c:meta $d:literal $e:lifetime $f:ident $g:tt +) => {};
    ($a:ident) => { $b };
    ($($a:ident),*) => { $a };
    ($a:ident) => { $($a)* $crate $ x };
    ($crate $_:ident) => {};
}
macro_rules! no_specifier { ($x) => {}; } //~ ERROR - -- missing fragment specifier
macro_rules! unknown_specifier { ($x:foo) => {}; } //~ ERROR - -- invalid fragment specifier `foo`
macro_rules! duplicate { ($x:ident $x:ident) => {}; } //~ ERROR - -- duplicate matcher binding
macro_rules! empty { ($()*) => {}; } //~ ERROR - -- repetition matches empty token tree
macro_rules! empty_vis { ($($x:vis)*) => {}; } //~ ERROR - -- repetition matches empty token tree
macro_rules! no_body { () => } //~ ERROR - -- macro definition ended unexpectedly
macro_rules! no_arrow { () } //~ ERROR - -- expected `=>`, found end of macro arguments
macro_rules! no_rule {} //~ ERROR - -- macros must contain at least one rule
macro_rules! no_semicolon { () => {} () => {} } //~ ERROR - -- expected `;`, found `(`
macro_rules! no_matcher { x => {} } //~ ERROR - -- invalid macro matcher
macro_rules! no_braces { () => x } //~ ERROR - -- macro rhs must be delimited
macro_rules! optional { ($($a:ident),?) => {}; } //~ ERROR - -- the `?` macro repetition operator does not take a separator
macro_rules! no_operator { ($(a)) => {}; } //~ ERROR - -- expected one of: `*`, `+`, or `?`
fn in_a_body() {
    macro_rules! local {
        ($x:expr a) => {}; //~ ERROR - -- `$x:expr` is followed by `a`
    }
}
macro_rules! maker {
    ($x:expr) => {
        macro_rules! made {
            ($y:expr b) => {}; //~ ERROR - -- `$y:expr` is followed by `b`
        }
    };
}
maker!(1);
mod inner {
    trait Trait {
        fn f() {
            macro_rules! nested {
                ($x:path a) => {}; //~ ERROR -
            }
        }
    }
}
