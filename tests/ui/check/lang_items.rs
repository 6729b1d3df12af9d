#![feature(lang_items)]
// Lang items that the language does not know.
#[lang = "foo"] //~ ERROR E0522 -- definition of an unknown lang item: `foo`
fn f() {}
#[lang = "bar"] //~ ERROR E0522
struct Bar;
trait Trait {
    #[lang = "nope"] //~ ERROR E0522
    fn n();
}
