// Code that is left out has to be readable all the same.
#[cfg(no)]
use a b; //~ ERROR - -- expected one of `::`, `;`, or `as`, found `b`
