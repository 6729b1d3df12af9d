#![feature(lang_items)]
// Twice in the crate itself, at one place of the program.
macro_rules! traits {
    ($($name:ident),*) => { $( #[lang = "future_trait"] trait $name {} )* } //~ ERROR E0152
}
traits!(First, Second);
