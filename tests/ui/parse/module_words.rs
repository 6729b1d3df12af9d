// A word too many behind a module's name: the module is not looked for.
mod m3 m3; //~ ERROR - -- expected one of `;` or `{`, found `m3`
