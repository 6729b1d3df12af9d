// An item that a macro made.
macro_rules! import {
    () => {
        use a b; //~ ERROR - -- expected one of `::`, `;`, or `as`, found `b`
    };
}
import!();
