#![feature(lang_items)]
// A lang item of the core library, once more.
#[lang = "sized"]
trait Again {} //~ ERROR E0152 -- found duplicate lang item `sized`
