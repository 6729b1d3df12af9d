// A module cannot be unsafe.
unsafe mod m {} //~ ERROR - -- module cannot be declared unsafe
