int a;
int f( ) {return 1;}  // expect: not formatted
int g( );
