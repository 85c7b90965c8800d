int a; // expect: blanks at the end 
	int b; // expect: a tab
int c;
int d; // expect: blanks at the end  
// the next line is the last, and empty
