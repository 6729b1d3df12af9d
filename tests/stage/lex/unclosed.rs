fn f() { { (
