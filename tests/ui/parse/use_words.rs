// What a `use` with a word too many imports is not known: nobody says that it is not there.
use a b; //~ ERROR - -- expected one of `::`, `;`, or `as`, found `b`
fn f() {
    a();
}
