fn f() /* one /* two */ 
